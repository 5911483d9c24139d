import type { Origin } from '../../model/origin.js';
import type { TableName } from '../../model/netfilter.js';
import type { RuleHit } from '../../model/trace.js';
import type { Oracle } from '../oracle.js';
import type { Action, RejectWith } from './action.js';
import { Candidates } from './chain-index.js';
import type { CompiledChain, CompiledRule, CompiledTable } from './compile.js';
import { Tri, type MatchContext } from './context.js';
import { markFromSet } from './ipset.js';
import { applyPacketAction } from './packet-actions.js';
import { goesOn } from './plain-target.js';

/** An action that changes connection tracking: the hook that runs the table carries it out. */
export type TrackingAction = Extract<Action, { kind: 'nat' | 'masquerade' | 'redirect' | 'netmap' | 'ct' | 'tproxy' }>;

export type TableVerdict =
  | { readonly kind: 'accept'; readonly by?: RuleHit }
  | { readonly kind: 'drop'; readonly by?: RuleHit }
  | { readonly kind: 'reject'; readonly with: RejectWith; readonly by: RuleHit }
  /** A terminal NAT or TPROXY target. */
  | { readonly kind: 'track'; readonly action: TrackingAction; readonly by: RuleHit };

export interface TableRun {
  readonly verdict: TableVerdict;
  readonly hits: readonly RuleHit[];
  /** Set where the chain's policy decided. */
  readonly policy: 'ACCEPT' | 'DROP' | undefined;
  /** The line of the base chain, with its policy. */
  readonly base: Origin;
}

/** A chain under way: all its rules in turn, or those its index names. */
class Frame {
  private position = 0;
  private readonly candidates: Candidates | undefined;

  constructor(
    readonly chain: CompiledChain,
    context: MatchContext,
  ) {
    const { index } = chain;
    this.candidates = index && new Candidates(index.lists(context));
  }

  next(): CompiledRule | undefined {
    if (this.candidates === undefined) return this.chain.rule(this.position++);
    const position = this.candidates.next();
    return position === undefined ? undefined : this.chain.rule(position);
  }
}

function verdictText(rule: CompiledRule): string {
  const { action } = rule;
  switch (action.kind) {
    case 'jump':
      return `JUMP ${action.chain}`;
    case 'goto':
      return `GOTO ${action.chain}`;
    default:
      return rule.rule.spec.target?.name ?? 'CONTINUE';
  }
}

function hitOf(rule: CompiledRule, table: TableName, context: MatchContext): RuleHit {
  const { origin, chain, text } = rule.rule;
  const { file, line } = origin;
  return { netns: context.ns.name, family: context.skb.packet.family, table, chain, rule: text, verdict: verdictText(rule), file, line };
}

/** Whether a rule matches, asking where the snapshot cannot tell. */
function matches(rule: CompiledRule, context: MatchContext, oracle: Oracle): boolean {
  context.questions.length = 0;
  const answer = rule.test(context);
  if (answer !== Tri.Unknown) return answer === Tri.Yes;
  return oracle.askRule(rule.rule, context.questions);
}

/**
 * Puts the mark of a set's entry on the packet, asking where the snapshot cannot tell which.
 * @returns whether the packet goes on.
 */
function mapMark(action: Extract<Action, { kind: 'map-mark' }>, context: MatchContext, oracle: Oracle, origin: Origin): boolean {
  const mark = markFromSet(action.set, action.dims, context);
  const { packet } = context.skb;
  if (mark === 'unclear') return oracle.ask(goesOn(`the mark that set ${action.set} holds for the packet`), origin);
  if (mark !== undefined) packet.mark = ((packet.mark & ~mark.mask) ^ mark.value) >>> 0;
  return true;
}

/** The verdict of an action that ends the table, undefined where the walk goes on. */
function terminal(action: Action, by: RuleHit, origin: Origin, oracle: Oracle): TableVerdict | undefined {
  switch (action.kind) {
    case 'accept':
      return { kind: 'accept', by };
    case 'drop':
      return { kind: 'drop', by };
    case 'reject':
      return { kind: 'reject', with: action.with, by };
    case 'nat':
    case 'masquerade':
    case 'redirect':
    case 'netmap':
    case 'tproxy':
      return { kind: 'track', action, by };
    case 'unknown':
      if (oracle.ask(action.question, origin)) return action.question.category === 'queue' ? { kind: 'accept', by } : undefined;
      return { kind: 'drop', by };
    case 'ct':
    case 'mark':
    case 'connmark':
    case 'ttl':
    case 'tos':
    case 'set':
    case 'map-mark':
    case 'continue':
    case 'return':
    case 'jump':
    case 'goto':
      return undefined;
  }
}

/**
 * Walks one base chain (ipt_do_table, nft_do_chain).
 * @returns the verdict and every rule that matched, in order.
 */
export function runTable(table: CompiledTable, base: CompiledChain, context: MatchContext, oracle: Oracle): TableRun {
  const hits: RuleHit[] = [];
  const stack: Frame[] = [new Frame(base, context)];
  const done = (verdict: TableVerdict, policy?: 'ACCEPT' | 'DROP'): TableRun => ({ verdict, hits, policy, base: base.chain.origin });
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const rule = frame.next();
    if (rule === undefined) {
      stack.pop();
      continue;
    }
    if (!matches(rule, context, oracle)) continue;
    const hit = hitOf(rule, table.table.name, context);
    hits.push(hit);
    const { action } = rule;
    const verdict = terminal(action, hit, rule.rule.origin, oracle);
    if (verdict !== undefined) return done(verdict);
    switch (action.kind) {
      case 'return':
        stack.pop();
        break;
      case 'goto':
      case 'jump': {
        if (action.kind === 'goto') stack.pop();
        if (stack.some((f) => f.chain.name === action.chain)) return done(oracle.loop(rule.rule, hit));
        const chain = table.chain(action.chain);
        if (chain !== undefined) stack.push(new Frame(chain, context));
        break;
      }
      case 'map-mark':
        if (!mapMark(action, context, oracle, rule.rule.origin)) return done({ kind: 'drop', by: hit });
        break;
      default:
        applyPacketAction(action, context);
    }
  }
  const policy = base.policy ?? 'ACCEPT';
  return done({ kind: policy === 'DROP' ? 'drop' : 'accept' }, policy);
}
