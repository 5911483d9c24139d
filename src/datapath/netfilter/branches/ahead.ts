import type { OracleQuery } from '../../../netfilter/index.js';
import type { Origin } from '../../../model/origin.js';
import type { TableVerdict } from '../verdict.js';
import { both, either, NO_EVENTS, type Events } from './events.js';
import type { PacketState } from './packet-state.js';

/** How the rules of a chain let go of a packet; one object for all ways that come to the same. */
export interface Exit {
  readonly kind: 'exit';
  readonly key: string;
  /** Whether the packet goes on behind the rule that led here; else the table is done with it. */
  readonly returns: boolean;
  readonly state: PacketState;
}

/** A question whose two sides come to different exits. */
export interface BranchFork {
  readonly kind: 'fork';
  readonly question: OracleQuery;
  readonly origin: Origin | undefined;
  readonly yes: Ahead;
  readonly no: Ahead;
}

/** What lies ahead of a packet: what happens until the next question that counts, or to the end. */
export interface Ahead {
  readonly events: Events;
  readonly to: Exit | BranchFork;
  /** The rule's verdict, where a rule ends the way; undefined where it is the chain's end that does. */
  readonly verdict: TableVerdict | undefined;
}

/** @returns the same, with something before it. */
export function after(events: Events, ahead: Ahead): Ahead {
  return events.kind === 'none' ? ahead : { ...ahead, events: both(events, ahead.events) };
}

/**
 * Joins both sides of a question. Sides that lead to the same are one, and nothing is asked.
 * @param yes where the rule matches, what it does included.
 */
export function forkOf(question: OracleQuery, origin: Origin | undefined, yes: Ahead, no: Ahead): Ahead {
  if (yes.to !== no.to) return { events: NO_EVENTS, to: { kind: 'fork', question, origin, yes, no }, verdict: undefined };
  const [usual, other] = question.usual ? [yes, no] : [no, yes];
  return { ...usual, events: either(usual.events, other.events) };
}
