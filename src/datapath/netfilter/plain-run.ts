import type { RuleHit } from '../../model/trace.js';
import type { Action } from '../../netfilter/index.js';
import type { Oracle } from '../walk/oracle.js';
import { possibleHit } from './branches/paths.js';
import { Candidates, FiledBy, type ChainIndex } from './chain-index.js';
import { type ChainTable, type RunnableChain, type RunnableRule, type RunnableStep, chainIn } from './compile.js';
import { type MatchContext, Tri } from './context.js';
import { isFor } from './fields.js';
import { markFromSet } from './ipset.js';
import { resolve } from './native-steps.js';
import type { Drawn } from './step-result.js';
import { withVerdict } from './other-verdict.js';
import { applyMark, applyPacketAction } from './packet-actions.js';
import { type TableVerdict, verdictOf } from './verdict.js';

/** A chain under way: all its rules in turn, or those its index names. */
class Frame {
  /** The next position, where all rules are tried; else the one behind the last that was. */
  private position = 0;
  private readonly index: ChainIndex | undefined;
  private candidates: Candidates | undefined;
  private filed: FiledBy | undefined;

  constructor(
    readonly chain: RunnableChain,
    private readonly context: MatchContext,
    /** The frame that a goto left for this one. */
    readonly left: Frame | undefined,
  ) {
    this.index = chain.index;
  }

  next(): RunnableRule | undefined {
    if (this.index === undefined) return this.chain.rule(this.position++);
    const position = this.found(this.index).next();
    if (position === undefined) return undefined;
    this.position = position + 1;
    return this.chain.rule(position);
  }

  /** The rules worth trying for the packet as it is now. */
  private found(index: ChainIndex): Candidates {
    const { context } = this;
    if (this.candidates !== undefined && this.filed!.holds(context.skb.packet)) return this.candidates;
    this.filed = new FiledBy(context.skb.packet);
    return (this.candidates = new Candidates(index.lists(context), this.position));
  }
}

/** From as many chains within each other on, their names are kept apart. */
const DEEP = 32;

/** Rules tried beyond those of the table before it is looked whether chains are walked again and again. */
const SPARE_TRIES = 4096;

const NO_HITS: readonly RuleHit[] = [];

const CONTINUE: Action = { kind: 'continue' };

const NOTHING_DRAWN: Drawn = new Map();

/** Carries out the steps of a native rule as long as nothing is open (nft_do_chain, within one rule). */
function performed(
  { hit }: RunnableRule,
  steps: readonly RunnableStep[],
  context: MatchContext,
): { readonly action: Action; readonly hit: RuleHit } | 'broke' | 'unclear' {
  for (const step of steps) {
    if ('test' in step) {
      const answer = step.test(context);
      if (answer === Tri.Unknown) return 'unclear';
      if (answer === Tri.No) return 'broke';
      continue;
    }
    if (!isFor(step.only, context.skb.packet)) continue;
    const resolved = resolve(step.action, context, NOTHING_DRAWN);
    switch (resolved.kind) {
      case 'broke':
        return 'broke';
      case 'open':
      case 'draw':
      case 'decides':
      case 'either':
      case 'unseen':
      case 'unwritten':
        return 'unclear';
      case 'on':
        if (resolved.action !== undefined) applyPacketAction(resolved.action, context);
        break;
      case 'ends':
        return { action: resolved.action, hit: withVerdict(hit, resolved.text, resolved.action, resolved.entry) };
    }
  }
  return { action: CONTINUE, hit: withVerdict(hit, 'continue', CONTINUE) };
}

/** What a plain walk comes to; `unclear` where it does not do, because there is more than one way to go, or far too long a way. */
type Plain = TableVerdict | 'policy' | 'unclear';

/** A walk through one table where nothing is open: the chains under way and the rules that matched. */
export class PlainRun {
  private readonly stack: Frame[] = [];
  /** Rules tried so far. */
  tries = 0;
  /** Chains entered so far: no fewer than those under way. */
  private entered = 0;
  /** Their names, where they are many. */
  private open: Set<string> | undefined;
  private matched: RuleHit[] | undefined;
  private maybe: RuleHit[] | undefined;

  constructor(
    private readonly table: ChainTable,
    private readonly context: MatchContext,
    private readonly oracle: Oracle,
  ) {}

  get hits(): readonly RuleHit[] {
    return this.matched ?? NO_HITS;
  }

  get besides(): readonly RuleHit[] {
    return this.maybe ?? NO_HITS;
  }

  private hit(hit: RuleHit): void {
    if (this.matched === undefined) this.matched = [hit];
    else this.matched.push(hit);
  }

  /** Notes a rule of which it is open whether it matches, but that does nothing to the packet, be it as it may. */
  private note(hit: RuleHit, usual: boolean): void {
    if (usual) this.hit(possibleHit(hit));
    else (this.maybe ??= []).push(possibleHit(hit));
  }

  /** @returns the verdict of the rule that ended it, or that the policy decides. */
  walk(base: RunnableChain): Plain {
    const { context } = this;
    const { questions } = context;
    let action: Action;
    let hit: RuleHit;
    for (let frame: Frame | undefined = this.enter(base); frame !== undefined;) {
      const rule = frame.next();
      if (rule === undefined) {
        frame = this.leave();
        continue;
      }
      this.tries++;
      if (questions.length > 0) questions.length = 0;
      const answer = rule.test(context);
      if (answer === Tri.No) continue;
      if (answer === Tri.Yes && rule.steps !== undefined) {
        const done = performed(rule, rule.steps, context);
        if (done === 'unclear') return 'unclear';
        if (done === 'broke') continue;
        ({ action, hit } = done);
      } else ({ action, hit } = rule);
      if (answer === Tri.Unknown) {
        if (action.kind !== 'continue' || rule.steps !== undefined || this.oracle.hasAnswers) return 'unclear';
        this.note(
          hit,
          questions.every((q) => q.usual),
        );
        continue;
      }
      this.hit(hit);
      const verdict = verdictOf(action, hit, context);
      if (verdict !== undefined) return verdict;
      switch (action.kind) {
        case 'return':
          frame = this.leave();
          break;
        case 'goto':
        case 'jump': {
          if (this.isInside(action.chain) || this.isLong) return 'unclear';
          const left = action.kind === 'goto' ? this.stack.pop() : undefined;
          const chain = chainIn(this.table, action.chain);
          frame = chain === undefined ? this.stack.at(-1) : this.enter(chain, left);
          break;
        }
        case 'map-mark': {
          const mark = markFromSet(action.set, action.dims, context);
          if (mark === 'unclear') return 'unclear';
          applyMark(context, mark);
          break;
        }
        case 'gap':
        case 'unknown':
          return 'unclear';
        default:
          applyPacketAction(action, context);
      }
    }
    return base.policyUnseen === undefined ? 'policy' : 'unclear';
  }

  /** Whether more rules were tried than are in the table: then it may be that chains are walked again and again. */
  private get isLong(): boolean {
    return this.tries > SPARE_TRIES && this.tries > (this.table.size ?? 0) + SPARE_TRIES;
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
