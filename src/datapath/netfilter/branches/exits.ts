import type { Origin } from '../../../model/origin.js';
import type { Action, OracleQuery } from '../../../netfilter/index.js';
import { OutOfBudget } from '../../walk/budget.js';
import type { Oracle } from '../../walk/oracle.js';
import type { WalkAhead } from '../../walk/settle.js';
import type { ChainTable, RunnableRule } from '../compile.js';
import type { MatchContext } from '../context.js';
import { gapSides, translatesDestination } from '../gap.js';
import { verdictKey, type TableVerdict } from '../verdict.js';
import { after, forkOf, type Ahead, type Exit, type BranchFork } from './ahead.js';
import { NO_EVENTS, type Events } from './events.js';
import { stateOf, type PacketState, type StateKeys } from './packet-state.js';

/** A rule whose verdict is not shown, for a packet of one state. */
interface Unseen {
  readonly rule: RunnableRule;
  readonly gap: Extract<Action, { kind: 'gap' }>;
  /** It stands in a chain of `nat`. */
  readonly translates: boolean;
  readonly state: PacketState;
  /** What is told where the verdict ends the table. */
  readonly events: Events;
}

/** How a packet leaves the chains of one table: branches that come to the same share one exit. */
export class Exits {
  private readonly exits = new Map<string, Exit>();
  /** Questions that count so far. */
  forks = 0;

  constructor(
    private readonly table: ChainTable,
    private readonly context: MatchContext,
    private readonly oracle: Oracle,
    private readonly keys: StateKeys,
    private readonly mostForks: number,
  ) {}

  /** @returns what is thrown where a table comes to more than is looked at. */
  outOf(what: 'rules tried' | 'questions', limit: number): OutOfBudget {
    const { ns, hook } = this.context;
    return new OutOfBudget({ what, limit, detail: `${ns.name}'s ${this.table.name ?? ''} ${hook}` });
  }

  /** @returns the one exit by this verdict, or back to the calling chain, in this state. */
  exit(verdict: TableVerdict | undefined, state: PacketState): Exit {
    const key = `${verdict === undefined ? 'return' : verdictKey(verdict)} ${this.keys.of(state)}`;
    let exit = this.exits.get(key);
    if (exit === undefined) this.exits.set(key, (exit = { kind: 'exit', key, returns: verdict === undefined, state }));
    return exit;
  }

  /** The packet comes back to the calling chain, or to the policy. */
  back(state: PacketState): Ahead {
    return { events: NO_EVENTS, to: this.exit(undefined, state), verdict: undefined };
  }

  /** A verdict ends the table for the packet as it is now. */
  end(verdict: TableVerdict): Ahead {
    return { events: NO_EVENTS, to: this.exit(verdict, stateOf(this.context)), verdict };
  }

  /** Two ways, by the answer to a question. */
  fork(question: OracleQuery, origin: BranchFork['origin'], yes: Ahead, no: Ahead): Ahead {
    if (++this.forks > this.mostForks) throw this.outOf('questions', this.mostForks);
    return forkOf(question, origin, yes, no);
  }

  /** Puts what comes next in the place of every exit that returns. */
  *beyond(ahead: Ahead, next: (state: PacketState) => WalkAhead<Ahead>): WalkAhead<Ahead> {
    return yield* this.replaced(ahead, next, new Map());
  }

  private *replaced(ahead: Ahead, next: (state: PacketState) => WalkAhead<Ahead>, done: Map<BranchFork, Ahead>): WalkAhead<Ahead> {
    const { events, to } = ahead;
    if (to.kind === 'exit') return to.returns ? after(events, yield next(to.state)) : ahead;
    let made = done.get(to);
    if (made === undefined) {
      const yes = yield this.replaced(to.yes, next, done);
      const no = yield this.replaced(to.no, next, done);
      done.set(to, (made = this.fork(to.question, to.origin, yes, no)));
    }
    return after(events, made);
  }

  /** Where what no listing shows may give the verdict: every side of it; `on` is where it gives none. */
  unseen({ rule, gap, translates: inNat, state, events }: Unseen, on: Ahead): Ahead {
    const { drops, accepts, translates } = gapSides(rule, gap, inNat);
    const ended = (verdict: TableVerdict): Ahead => ({ events, to: this.exit(verdict, state), verdict });
    let ahead = on;
    if (accepts !== undefined) ahead = this.asked(accepts, rule.origin, ahead, ended({ kind: 'accept', by: rule.hit }));
    if (drops !== undefined) ahead = this.asked(drops, rule.origin, ahead, ended({ kind: 'drop', by: rule.hit }));
    if (translates === undefined) return ahead;
    const other: TableVerdict = translatesDestination(this.context.hook) ? { kind: 'unseen', detail: gap.detail } : { kind: 'accept' };
    return this.asked(translates, rule.origin, ahead, ended(other));
  }

  /** Where a target's own doing is not known: it lets the packet go on, or drops it. */
  decided(question: OracleQuery, { origin, hit }: RunnableRule, yes: Ahead): Ahead {
    return this.asked(question, origin, yes, this.end({ kind: 'drop', by: hit }));
  }

  /** Both sides of a question, or the one that the user gave. */
  asked(question: OracleQuery, origin: Origin, yes: Ahead, no: Ahead): Ahead {
    const answer = this.oracle.given(question);
    if (answer === undefined) return this.fork(question, origin, yes, no);
    const known: Events = { kind: 'answered', size: 0, answered: { question, origin, answer, given: true } };
    return after(known, answer ? yes : no);
  }
}
