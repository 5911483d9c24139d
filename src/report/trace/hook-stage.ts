import type { RuleHit, Step } from '../../model/trace.js';
import { runs } from './runs.js';
import { foldHits, foldedNote } from './hits.js';
import type { Stage, StageLine } from './stage.js';
import { arrow, endpoint } from '../words.js';

/** What happens at a hook: conntrack, tables, and the translations they bring about. */
export type HookStep = Extract<Step, { kind: 'table' | 'nat' | 'conntrack' }>;
type TableStep = Extract<Step, { kind: 'table' }>;
type NatStep = Extract<Step, { kind: 'nat' }>;

/** One hook with all its tables as a stage. @param verbose tells the rules and tables that changed nothing one by one. */
export function hookStage(steps: readonly HookStep[], verbose: boolean): Stage {
  const told = verbose ? steps : steps.filter((step) => !isUsualState(step));
  const blocks = runs(told, (a, b) => !verbose && isIdle(a) && isIdle(b));
  return {
    netns: steps[0]?.netns ?? '',
    title: titleOf(steps),
    hook: true,
    lines: blocks.flatMap((block) => (!verbose && isIdle(block[0]) ? idleLine(block.filter(isIdle)) : linesOf(block[0], verbose))),
    quiet: told.every(isIdle),
    bad: steps.some((step) => step.kind === 'table' && step.verdict !== 'accept'),
    rewrites: steps.some((step) => step.kind === 'nat'),
  };
}

/** The table's name; of a native one, its family and the chain as well. */
function tableName({ nft, table, chain }: TableStep): string {
  return nft === undefined ? table : `${nft} ${table} ${chain ?? ''}`.trimEnd();
}

function titleOf(steps: readonly HookStep[]): string {
  const table = steps.find((step): step is TableStep => step.kind === 'table');
  const hook = steps.find((step) => step.kind !== 'conntrack')?.hook ?? '';
  if (!table) return hook;
  const where = [table.in && `in ${table.in}`, table.out && `out ${table.out}`, table.mark !== 0 && `mark 0x${table.mark.toString(16)}`];
  return [hook, ...where.filter(Boolean)].join(' ');
}

/** A table that nothing came of: no rule had an effect and the policy let the packet on. */
function isIdle(step: HookStep): step is TableStep {
  return (
    step.kind === 'table' &&
    step.verdict === 'accept' &&
    step.policy !== 'DROP' &&
    step.cut !== true &&
    foldHits(step.hits).shown.length === 0
  );
}

/** Conntrack states that need no mention: the first packet is new, its answer established. */
const USUAL_STATES: ReadonlySet<string> = new Set(['NEW', 'ESTABLISHED']);

function isUsualState(step: HookStep): boolean {
  return step.kind === 'conntrack' && USUAL_STATES.has(step.state);
}

function idleLine(idle: readonly TableStep[]): readonly StageLine[] {
  const passed = foldedNote(idle.flatMap((step) => step.hits));
  const policy = idle.some((step) => step.policy) ? ', policy ACCEPT' : '';
  return [{ text: `${idle.map(tableName).join(', ')}: ${passed ?? 'no rule matched'}${policy}`, tone: 'quiet' }];
}

function linesOf(step: HookStep, verbose: boolean): readonly StageLine[] {
  if (step.kind === 'conntrack') return [{ text: step.text, tone: step.state === 'INVALID' ? 'bad' : 'quiet' }];
  return step.kind === 'nat' ? [natLine(step)] : tableLines(step, verbose);
}

function natLine(step: NatStep): StageLine {
  const { before, after } = step;
  const what =
    step.manip === 'src'
      ? `source ${endpoint(before.src, before.sport)} → ${endpoint(after.src, after.sport)}`
      : `destination ${endpoint(before.dst, before.dport)} → ${endpoint(after.dst, after.dport)}`;
  return { text: `rewrites ${what}; now ${arrow(after)}`, ...(step.origin && { origin: step.origin }), tone: 'rewrite' };
}

const CUT = 'chains that are entered again and again: each rule is told once, where it matched first';

function tableLines(step: TableStep, verbose: boolean): readonly StageLine[] {
  const { shown, folded } = foldHits(step.hits);
  const rules = (verbose ? [...step.hits, ...(step.besides ?? [])] : shown).map((hit) => ruleLine(step, hit));
  const note = verbose ? undefined : foldedNote(folded);
  const policy = step.policy === undefined ? [] : [policyLine(step, step.policy)];
  const cut = step.cut === true ? [{ text: `${tableName(step)}: ${CUT}`, tone: 'plain' } as const] : [];
  return [...cut, ...(note === undefined ? [] : [{ text: `${tableName(step)}: ${note}`, tone: 'quiet' } as const]), ...rules, ...policy];
}

function ruleLine(step: TableStep, hit: RuleHit): StageLine {
  const origin = { file: hit.file, line: hit.line };
  const perhaps = hit.possible === true ? ' (whether it matches is not told, and changes nothing)' : '';
  return { text: `${nativePlace(step, hit)}: ${hit.rule} ⇒ ${hit.verdict}${byEntry(hit)}${perhaps}`, origin, tone: toneOf(step, hit) };
}

/** Which entry of a verdict map led there. */
function byEntry({ entry }: RuleHit): string {
  return entry === undefined ? '' : ` (entry ${entry})`;
}

/** Rules of iptables name their chain themselves; native ones do not. */
function nativePlace(step: TableStep, { chain, handle }: RuleHit): string {
  if (step.nft === undefined) return step.table;
  return `${step.nft} ${step.table} ${chain}${handle === undefined ? '' : ` (handle ${handle})`}`;
}

function toneOf(step: TableStep, hit: RuleHit): StageLine['tone'] {
  if (hit === step.hits.at(-1) && step.policy === undefined && step.verdict !== 'accept') return 'bad';
  if (hit.action?.kind === 'accept') return 'good';
  return 'plain';
}

function policyLine(step: TableStep, policy: 'ACCEPT' | 'DROP'): StageLine {
  const none = step.hits.length === 0 ? 'no rule matched' : 'no rule decided';
  return { text: `${tableName(step)}: ${none}: policy ${policy}`, tone: policy === 'DROP' ? 'bad' : 'quiet' };
}
