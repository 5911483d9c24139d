import { sameTuple, tupleOf } from '../conntrack/conntrack.js';
import type { Tuple } from '../conntrack/entry.js';
import type { Reason } from '../reasons/reason.js';
import type { Fate } from '../walk/fate.js';
import type { Walk } from '../walk/walk.js';
import { sendRefusal } from './answer.js';
import { acknowledge, type Sent } from './first-packet.js';
import { resultOf, type ConnectionAttempt, type Result } from './question.js';
import { backOf, reaches } from './way-back.js';

/** A packet that came to somebody: a namespace, or the world beyond an uplink. */
export type Arrival = Extract<Fate, { kind: 'local' | 'left' }>;

/** What was sent to open a connection, where it was sent at all. */
export type Opening = Sent & { readonly tuple: Tuple };

/** A segment of the stream, and what became of it. */
interface Lost {
  readonly side: 'client' | 'server';
  readonly since: Reason;
}

function isSame(first: Arrival, fate: Fate): fate is Arrival {
  return fate.kind === first.kind && fate.ns === first.ns && sameTuple(tupleOf(fate.skb.packet), tupleOf(first.skb.packet));
}

/** What becomes of a client whose segment the rules refuse: a reset ends the connection, other errors are kept for later (sk_err_soft). */
function isReset(walk: Walk, { client }: ConnectionAttempt, fate: Fate, sent: Tuple): boolean {
  const byRule = fate.kind === 'refused' && fate.with === 'tcp-reset';
  if (!byRule && fate.kind !== 'local') return false;
  // who knows nothing of a stream resets it (tcp_v4_send_reset)
  const answer = sendRefusal(walk, fate.ns, fate.skb, fate.dev, 'tcp-reset', byRule);
  return answer !== undefined && reaches(client, answer, sent);
}

/** Why a segment of the client's did not come to where its SYN did. */
function whyAstray(fate: Fate): Reason {
  if (fate.kind === 'missing') return { kind: 'missing', what: fate.what, where: 'way' };
  if (fate.kind !== 'local' && fate.kind !== 'left') return fate.why;
  const { src, sport, dst, dport } = fate.skb.packet;
  return { kind: 'segment-astray', netns: fate.ns.name, packet: { src, sport, dst, dport } };
}

function ofStream(lost: Lost, outcome: Result['outcome'], fate: Fate | undefined, sent: Tuple): Result {
  if (fate?.kind === 'missing') return resultOf('unknown', lost.since, sent);
  const origin = fate !== undefined && 'origin' in fate ? fate.origin : undefined;
  return resultOf(outcome, { kind: 'stalls', ...lost }, sent, origin);
}

/**
 * Whether a stream goes on once its SYN and SYN-ACK have come through: the client's acknowledgement, and the first data of the server. Rules
 * see other flags and another state than those of the SYN; a connection of which conntrack saw one direction alone has none, or is taken
 * for one that begins at the server. Nobody sees these segments in the trace, which tells of the first packet and its answer.
 * @param answer sends the server's first data back, to an acknowledgement that arrived.
 * @returns what the client sees where one of them is lost; undefined where both arrive.
 */
export function stalled(
  walk: Walk,
  question: ConnectionAttempt,
  first: Arrival,
  opening: Opening,
  answer: (acknowledged: Arrival) => { readonly fate: Fate; readonly arrives: boolean },
): Result | undefined {
  const { tuple } = opening;
  return walk.quietly(() => {
    const fate = walk.oracle.repeating('first', () => acknowledge(walk, question, opening));
    if (!isSame(first, fate)) {
      const outcome = isReset(walk, question, fate, tuple) ? 'refused' : 'timeout';
      return ofStream({ side: 'client', since: whyAstray(fate) }, outcome, fate, tuple);
    }
    const back = walk.oracle.repeating('last', () => answer(fate));
    if (back.arrives) return undefined;
    return ofStream({ side: 'server', since: backOf(back.fate, tuple).reason }, 'timeout', back.fate, tuple);
  });
}
