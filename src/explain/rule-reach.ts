import type { CompiledRule } from '../netfilter/iptables/compile.js';
import { compileRule } from '../netfilter/iptables/compile.js';
import type { Range } from '../address/ranges.js';
import type { Predicate } from '../netfilter/predicate/predicate.js';
import { traceFlow, type Machine } from '../datapath/index.js';
import type { ExplanationLine } from '../model/explanation.js';
import type { HeadCondition } from '../model/netfilter.js';
import type { FlowRequest, Trace } from '../model/trace.js';
import { formatIp, type Prefix } from '../address/ip.js';
import { isReached, type RulePlace } from './find-rule.js';
import { likelyFlows } from './reach.js';
import { line } from './subject.js';

const ENDS: ReadonlySet<string> = new Set(['accept', 'drop', 'reject', 'return', 'goto', 'nat', 'masquerade', 'redirect', 'netmap']);
const MOST_EARLIER = 2000;
const MOST_EXAMPLES = 3;

function conjuncts(p: Predicate): readonly Predicate[] {
  return p.op === 'and' ? p.of.flatMap(conjuncts) : p.op === 'const' && p.value ? [] : [p];
}

function key(p: Predicate): string {
  return JSON.stringify(p, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}

function within(inner: readonly Range[], outer: readonly Range[]): boolean {
  return inner.every(([lo, hi]) => outer.some(([from, to]) => typeof from === typeof lo && lo >= from && hi <= to));
}

/** Whether what meets `a` surely meets `b`. Sound, not complete: false says nothing. */
function implies(a: Predicate, b: Predicate): boolean {
  if (b.op === 'bytes' || b.op === 'unknown') return false;
  if (a.op === 'in' && b.op === 'in') return a.field === b.field && within(a.ranges, b.ranges);
  if (a.op === 'iface' && b.op === 'iface' && a.which === b.which && b.prefix) return a.name.startsWith(b.name);
  if (a.op === 'anybit' && b.op === 'anybit') return a.field === b.field && (a.mask & ~b.mask) === 0;
  return key(a) === key(b);
}

/** @returns whether every packet of one rule is one of an earlier rule's. */
export function covers(earlier: CompiledRule, later: CompiledRule): boolean {
  const mine = conjuncts(later.predicate);
  return conjuncts(earlier.predicate).every((condition) => mine.some((own) => implies(own, condition)));
}

/** Fields that a rule asks for twice, in ranges that have nothing in common. */
function contradicts(conditions: readonly Predicate[]): boolean {
  const seen = new Map<string, readonly Range[]>();
  for (const p of conditions) {
    if (p.op !== 'in') continue;
    const before = seen.get(p.field);
    const shared = before?.flatMap(([lo, hi]) =>
      p.ranges.flatMap(([from, to]): Range[] => (lo <= to && from <= hi ? [[lo > from ? lo : from, hi < to ? hi : to]] : [])),
    );
    if (shared?.length === 0) return true;
    seen.set(p.field, shared ?? p.ranges);
  }
  return false;
}

function missingInterface(machine: Machine, netns: string, conditions: readonly Predicate[]): string | undefined {
  const ns = machine.namespaces.get(netns);
  if (ns === undefined || ns.interfaces.size < 2) return undefined;
  const wanted = conditions.flatMap((p) => (p.op === 'iface' && !p.prefix && p.name !== '' ? [p.name] : []));
  return wanted.find((name) => !ns.interfaces.has(name));
}

/** @returns why no packet can meet a rule; undefined where nothing forbids it. */
export function whyNever(machine: Machine, place: RulePlace): ExplanationLine | undefined {
  const compiled = compileRule(place.rule, place.table, place.ruleset.family);
  const conditions = conjuncts(compiled.predicate);
  if (!isReached(place)) return line(`no: no rule leads from a built-in chain to ${place.chain.name}`);
  if (contradicts(conditions) || conditions.some((p) => p.op === 'const' && !p.value))
    return line('no: its own conditions exclude each other');
  const gone = missingInterface(machine, place.netns, conditions);
  if (gone !== undefined)
    return line(`no, as things stand: ${place.netns} has no interface ${gone} (it would, once such an interface is made)`);
  for (const rule of place.chain.rules.slice(0, place.number - 1).slice(-MOST_EARLIER)) {
    const earlier = compileRule(rule, place.table, place.ruleset.family);
    if (rule.hidden === undefined && ENDS.has(earlier.action.kind) && covers(earlier, compiled))
      return line(`no: every packet that it asks for is taken before, by \`${rule.text}\``, rule.origin);
  }
  return undefined;
}

function described(trace: Trace): string {
  const { flow } = trace;
  const port = flow.dport === undefined ? '' : `:${flow.dport}`;
  return `${flow.from} → ${flow.to}${port} (${flow.proto === 'icmp' ? 'ICMP echo' : flow.proto}): ${trace.outcome}`;
}

/** The first packet that a rule met in a walk: of the flow itself, of its answer, or of one that a machine outside would give. */
function meeting(trace: Trace, { rule }: RulePlace): 'flow' | 'answer' | 'assumed' | undefined {
  const met = trace.steps.filter(
    (s) => s.kind === 'table' && s.hits.some((hit) => hit.line === rule.origin.line && hit.file === rule.origin.file),
  );
  const [first] = met;
  if (first?.reply !== true) return first && 'flow';
  return first.assumed === true ? 'assumed' : 'answer';
}

function inside(condition: HeadCondition<Prefix> | undefined): string | undefined {
  if (condition === undefined || condition.negated || condition.value.length < 0) return undefined;
  const { addr, length } = condition.value;
  if (typeof addr === 'number') return formatIp(length > 30 ? addr : addr + 1);
  return formatIp(length > 126 ? addr : addr + 1n);
}

/** Flows made to a rule's own conditions. */
function madeFor({ rule, chain }: RulePlace): FlowRequest[] {
  const head = rule.head ?? {};
  const number = head.proto?.negated === false ? head.proto.value : undefined;
  const proto = number === 17 ? 'udp' : number === 1 || number === 58 ? 'icmp' : 'tcp';
  const port = proto === 'icmp' ? {} : { dport: head.dport?.negated === false ? head.dport.value[0] : 80 };
  const sender = chain.name === 'OUTPUT' ? 'host' : (inside(head.src) ?? 'internet');
  return [{ from: sender, to: inside(head.dst) ?? 'host', proto, ...port }];
}

/** @returns flows of this host that meet a rule, as the datapath walks them. */
export function examples(machine: Machine, place: RulePlace): ExplanationLine[] {
  const found: ExplanationLine[] = [];
  const assumed: ExplanationLine[] = [];
  for (const flow of [...madeFor(place), ...likelyFlows(machine)]) {
    const trace = traceFlow(machine, flow);
    const met = meeting(trace, place);
    if (met === undefined) continue;
    const list = met === 'assumed' ? assumed : found;
    list.push(line(`for instance ${met === 'flow' ? '' : 'the answer to '}${described(trace)}`));
    if (found.length >= MOST_EXAMPLES) break;
  }
  return [...found, ...assumed].slice(0, MOST_EXAMPLES);
}
