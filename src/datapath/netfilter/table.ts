import type { Origin } from '../../model/origin.js';
import type { RuleHit } from '../../model/trace.js';
import type { Oracle } from '../oracle.js';
import type { Action, RejectWith } from '../../netfilter/action.js';
import { Candidates } from './chain-index.js';
import type { ChainTable, RunnableChain, RunnableRule } from './compile.js';
import { Tri, type MatchContext } from './context.js';
import { markFromSet } from './ipset.js';
import { applyPacketAction } from './packet-actions.js';
import { goesOn } from '../../netfilter/iptables/plain-target.js';

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
    readonly chain: RunnableChain,
    context: MatchContext,
    /** The frame that a goto left for this one. */
    readonly left: Frame | undefined,
  ) {
    const { index } = chain;
    this.candidates = index && new Candidates(index.lists(context));
  }

  next(): RunnableRule | undefined {
    if (this.candidates === undefined) return this.chain.rule(this.position++);
    const position = this.candidates.next();
    return position === undefined ? undefined : this.chain.rule(position);
  }
}

/** Whether a rule matches, asking where the snapshot cannot tell. */
function matches(rule: RunnableRule, context: MatchContext, oracle: Oracle): boolean {
  if (context.questions.length > 0) context.questions.length = 0;
  const answer = rule.test(context);
  if (answer !== Tri.Unknown) return answer === Tri.Yes;
  return oracle.askRule(rule.origin, context.questions);
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

const BY_POLICY = { accept: { kind: 'accept' }, drop: { kind: 'drop' } } as const;
/** From as many chains within each other on, their names are kept apart. */
const DEEP = 32;
const NO_HITS: readonly RuleHit[] = [];

/** A walk through one table: the chains under way and the rules that matched. */
class Run {
  private readonly stack: Frame[] = [];
  /** Chains entered so far: no fewer than those under way. */
  private entered = 0;
  /** Their names, where they are many. */
  private open: Set<string> | undefined;
  private matched: RuleHit[] | undefined;

  constructor(
    private readonly table: ChainTable,
    private readonly context: MatchContext,
    private readonly oracle: Oracle,
  ) {}

  get hits(): readonly RuleHit[] {
    return this.matched ?? NO_HITS;
  }

  /** @returns the verdict of the rule that ended it; undefined where the policy decides. */
  walk(base: RunnableChain): TableVerdict | undefined {
    const { context, oracle } = this;
    for (let frame: Frame | undefined = this.enter(base); frame !== undefined;) {
      const rule = frame.next();
      if (rule === undefined) {
        frame = this.leave();
        continue;
      }
      if (!matches(rule, context, oracle)) continue;
      const { action, hit } = rule;
      if (this.matched === undefined) this.matched = [hit];
      else this.matched.push(hit);
      const verdict = terminal(action, hit, rule.origin, oracle);
      if (verdict !== undefined) return verdict;
      switch (action.kind) {
        case 'return':
          frame = this.leave();
          break;
        case 'goto':
        case 'jump': {
          if (this.isInside(action.chain)) return oracle.loop(rule.origin, hit);
          const left = action.kind === 'goto' ? this.stack.pop() : undefined;
          const chain = this.table.chain(action.chain);
          frame = chain === undefined ? this.stack.at(-1) : this.enter(chain, left);
          break;
        }
        case 'map-mark':
          if (!mapMark(action, context, oracle, rule.origin)) return { kind: 'drop', by: hit };
          break;
        default:
          applyPacketAction(action, context);
      }
    }
    return undefined;
  }

  private enter(chain: RunnableChain, left?: Frame): Frame {
    const frame = new Frame(chain, this.context, left);
    this.stack.push(frame);
    this.entered++;
    this.open?.add(chain.name);
    return frame;
  }

  private leave(): Frame | undefined {
    const gone = this.stack.pop();
    if (this.open) for (let frame = gone; frame; frame = frame.left) this.open.delete(frame.chain.name);
    return this.stack[this.stack.length - 1];
  }

  /** A circle, be it by jumps or by gotos: no kernel loads one (mark_source_chains, nft_chain_validate). */
  private isInside(name: string): boolean {
    if (this.entered > DEEP) this.open ??= new Set(this.names());
    if (this.open) return this.open.has(name);
    for (const open of this.stack)
      for (let frame: Frame | undefined = open; frame; frame = frame.left) if (frame.chain.name === name) return true;
    return false;
  }

  /** The chains under way, those that a goto has left for others included. */
  private *names(): Generator<string, void> {
    for (const open of this.stack) for (let frame: Frame | undefined = open; frame; frame = frame.left) yield frame.chain.name;
  }
}

/**
 * Walks one base chain (ipt_do_table, nft_do_chain).
 * @returns the verdict and every rule that matched, in order.
 */
export function runTable(table: ChainTable, base: RunnableChain, context: MatchContext, oracle: Oracle): TableRun {
  const run = new Run(table, context, oracle);
  const verdict = run.walk(base);
  if (verdict !== undefined) return { verdict, hits: run.hits, policy: undefined, base: base.origin };
  const policy = base.policy ?? 'ACCEPT';
  return { verdict: policy === 'DROP' ? BY_POLICY.drop : BY_POLICY.accept, hits: run.hits, policy, base: base.origin };
}
