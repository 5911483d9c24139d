import { goesOn } from '../../../netfilter/iptables/index.js';
import type { OracleQuery } from '../../../netfilter/index.js';
import type { Oracle } from '../../walk/oracle.js';
import { settle, type WalkAhead } from '../../walk/settle.js';
import { chainIn, type ChainTable, type RunnableChain, type RunnableRule } from '../compile.js';
import { Tri, type MatchContext } from '../context.js';
import { unseenPolicy } from '../gap.js';
import { markFromSet } from '../ipset.js';
import { applyMark, applyPacketAction } from '../packet-actions.js';
import { verdictOf, type TableVerdict } from '../verdict.js';
import { after, type Ahead } from './ahead.js';
import { Effort } from './effort.js';
import { both, either, NO_EVENTS, type Events } from './events.js';
import { liveBits } from './live-bits.js';
import { nativeRule, type Hands } from './native-rule.js';
import { Orders } from './orders.js';
import { restore, StateKeys, stateOf, type PacketState } from './packet-state.js';
import { Exits } from './exits.js';

/** What one rule does to a packet that matches it: an end, a way ahead of its own, or nothing but its effect on the packet. */
type Effect = Ahead | 'on';

const LOOP: OracleQuery = {
  category: 'unknown',
  yes: 'accept',
  no: 'drop',
  usual: true,
  detail: 'chains that jump in a circle, which no kernel loads',
};

/**
 * Finds all that the rules of a table may come to for one packet. What a chain comes to for a packet of one state is found
 * once, however many rules jump to it (ipt_do_table would walk it each time, and find the same).
 */
export class BranchSearch {
  private readonly keys: StateKeys;
  private readonly start: PacketState;
  private readonly out: Exits;
  private readonly found = new Map<string, Ahead>();
  private readonly orders: Orders;
  /** Chains under way, those that a goto has left for others included. */
  private readonly open = new Map<string, number>();
  private readonly mostTries: number;
  private tries = 0;
  private readonly effort: Effort;

  constructor(
    private readonly table: ChainTable,
    private readonly base: RunnableChain,
    private readonly context: MatchContext,
    private readonly oracle: Oracle,
  ) {
    this.effort = Effort.of(base);
    this.keys = new StateKeys(liveBits(context.ns));
    this.start = stateOf(context);
    this.orders = new Orders(context);
    const { tries, forks } = this.effort.limits;
    this.out = new Exits(table, context, oracle, this.keys, forks);
    this.mostTries = tries + 4 * (table.size ?? 0);
  }

  /** @returns every branch of the packet to a verdict. */
  branches(): Ahead {
    try {
      return this.all();
    } finally {
      const work = this.tries + this.out.forks;
      this.effort.spend(work);
      this.oracle.tried += work;
    }
  }

  private all(): Ahead {
    const nothing: Ahead = { events: NO_EVENTS, to: this.out.exit(undefined, this.start), verdict: undefined };
    const policy: TableVerdict = { kind: this.base.policy === 'DROP' ? 'drop' : 'accept' };
    const all = settle(this.whole(this.base, this.start), nothing);
    return settle(
      this.out.beyond(all, (state) => this.ended(policy, state)),
      nothing,
    );
  }

  /** The packet came to the end of the base chain: its policy decides. */
  private *ended(verdict: TableVerdict, state: PacketState): WalkAhead<Ahead> {
    const { policyUnseen, name, origin } = this.base;
    if (policyUnseen === undefined) return { events: NO_EVENTS, to: this.out.exit(verdict, state), verdict: undefined };
    const [accept, drop] = [{ kind: 'accept' }, { kind: 'drop' }] as const;
    return this.out.asked(
      unseenPolicy(policyUnseen, this.table.name ?? '', name),
      origin,
      { events: NO_EVENTS, to: this.out.exit(accept, state), verdict: accept },
      { events: NO_EVENTS, to: this.out.exit(drop, state), verdict: drop },
    );
  }

  /** What a whole chain comes to for a packet of this state. */
  private *whole(chain: RunnableChain, state: PacketState): WalkAhead<Ahead> {
    const { open } = this;
    open.set(chain.name, (open.get(chain.name) ?? 0) + 1);
    const ahead = yield this.from(chain, 0, state);
    open.set(chain.name, open.get(chain.name)! - 1);
    return ahead;
  }

  /** What the rules of a chain come to, from the `at`th on. */
  private *from(chain: RunnableChain, at: number, state: PacketState): WalkAhead<Ahead> {
    const key = `${chain.name} ${at} ${this.keys.of(state)}`;
    const known = this.found.get(key);
    if (known !== undefined) return known;
    const ahead = yield this.anew(chain, at, state);
    this.found.set(key, ahead);
    return ahead;
  }

  /** The first rule from a position on that is worth trying for the packet as it is now. */
  private ruleFrom(chain: RunnableChain, from: number): { readonly at: number; readonly rule: RunnableRule } | undefined {
    const at = this.orders.next(chain, from);
    const rule = at === undefined ? undefined : chain.rule(at);
    return at === undefined || rule === undefined ? undefined : { at, rule };
  }

  private *anew(chain: RunnableChain, from: number, state: PacketState): WalkAhead<Ahead> {
    const { context } = this;
    restore(context, state);
    let events = NO_EVENTS;
    for (let next = from; ;) {
      const found = this.ruleFrom(chain, next);
      if (found === undefined) return after(events, this.out.back(stateOf(context)));
      const { rule } = found;
      next = found.at + 1;
      if (++this.tries > this.mostTries) throw this.out.outOf('rules tried', this.mostTries);
      if (context.questions.length > 0) context.questions.length = 0;
      const answer = rule.test(context);
      if (answer === Tri.No) continue;
      const before = stateOf(context);
      let open: OracleQuery | undefined;
      if (answer === Tri.Unknown) {
        const { given, left } = this.oracle.ofRule(rule.origin, context.questions);
        for (const answered of given) events = both(events, { kind: 'answered', size: 0, answered });
        if (left === false) continue;
        if (left !== true) open = left;
      }
      const hit: Events = rule.action.kind === 'gap' && !rule.action.rule ? NO_EVENTS : { kind: 'hit', size: 1, rule };
      const behind = next;
      const isLast = chain.rule(behind) === undefined;
      const goOn = (now: PacketState): WalkAhead<Ahead> => this.from(chain, behind, now);
      if (rule.steps !== undefined) {
        const yes = yield nativeRule(this.hands, rule, goOn);
        if (open === undefined) return after(events, yes);
        return after(events, this.out.fork(open, rule.origin, yes, yield goOn(before)));
      }
      const effect = yield* this.effect(rule);
      if (open === undefined) {
        events = both(events, hit);
        const ahead = effect === 'on' ? undefined : effect;
        if (ahead === undefined) continue;
        if (ahead.to.kind === 'exit' && ahead.to.returns && rule.action.kind !== 'return' && rule.action.kind !== 'goto') {
          // a chain that was jumped to and comes back one way only
          events = both(events, ahead.events);
          restore(context, ahead.to.state);
          continue;
        }
        return after(events, yield this.onward(rule, ahead, isLast, goOn));
      }
      const now: Ahead = effect === 'on' ? this.out.back(stateOf(context)) : effect;
      const comesBack = rule.action.kind !== 'return' && rule.action.kind !== 'goto';
      if (comesBack && now.to === this.out.exit(undefined, before)) {
        const done = both(hit, now.events);
        events = both(events, open.usual ? either(done, NO_EVENTS) : either(NO_EVENTS, done));
        restore(context, before);
        continue;
      }
      const yes = after(hit, yield this.onward(rule, now, isLast, goOn));
      const no = yield goOn(before);
      return after(events, this.out.fork(open, rule.origin, yes, no));
    }
  }

  /** Goes on behind a rule where its effect lets the packet come back to it; behind the last rule of a chain there is nothing. */
  private *onward(
    { action }: RunnableRule,
    ahead: Ahead,
    isLast: boolean,
    goOn: (state: PacketState) => WalkAhead<Ahead>,
  ): WalkAhead<Ahead> {
    return isLast || action.kind === 'return' || action.kind === 'goto' ? ahead : yield this.out.beyond(ahead, goOn);
  }

  /** What the steps of native rules need of the table that they are in. */
  private readonly hands: Hands = {
    context: () => this.context,
    oracle: () => this.oracle,
    fork: (question, origin, yes, no) => this.out.fork(question, origin, yes, no),
    ends: (rule, goOn) => this.ends(rule, goOn),
    unseen: (rule, gap, state, on) =>
      this.out.unseen({ rule, gap, translates: this.base.translates === true, state, events: { kind: 'hit', size: 1, rule } }, on),
  };

  /** What a rule that matches comes to, all that is behind it included. */
  private *ends(rule: RunnableRule, goOn: (state: PacketState) => WalkAhead<Ahead>): WalkAhead<Ahead> {
    const effect = yield* this.effect(rule);
    const now = effect === 'on' ? this.out.back(stateOf(this.context)) : effect;
    return after({ kind: 'hit', size: 1, rule }, yield this.onward(rule, now, false, goOn));
  }

  /** What a rule does to a packet that matches it. */
  private *effect(rule: RunnableRule): Generator<WalkAhead<Ahead>, Effect, Ahead> {
    const { action, hit } = rule;
    const { context } = this;
    const verdict = verdictOf(action, hit, context);
    if (verdict !== undefined) return this.out.end(verdict);
    switch (action.kind) {
      case 'unknown': {
        const on = action.question.category === 'queue' ? this.out.end({ kind: 'accept', by: hit }) : this.out.back(stateOf(context));
        return this.out.decided(action.question, rule, on);
      }
      case 'gap':
        return this.gap(rule, action);
      case 'map-mark': {
        const mark = markFromSet(action.set, action.dims, context);
        if (mark === 'unclear')
          return this.out.decided(goesOn(`the mark that set ${action.set} holds for the packet`), rule, this.out.back(stateOf(context)));
        applyMark(context, mark);
        return 'on';
      }
      case 'return':
        return this.out.back(stateOf(context));
      case 'jump':
      case 'goto': {
        if ((this.open.get(action.chain) ?? 0) > 0) return this.out.decided(LOOP, rule, this.out.end({ kind: 'accept', by: hit }));
        const chain = chainIn(this.table, action.chain);
        return chain === undefined ? this.out.back(stateOf(context)) : yield this.whole(chain, stateOf(context));
      }
      default:
        applyPacketAction(action, context);
        return 'on';
    }
  }

  /** Where rules decide that are not shown: every side of it. */
  private gap(rule: RunnableRule, action: Extract<RunnableRule['action'], { kind: 'gap' }>): Ahead {
    const state = stateOf(this.context);
    return this.out.unseen(
      { rule, gap: action, translates: this.base.translates === true, state, events: NO_EVENTS },
      this.out.back(state),
    );
  }
}
