import { sendAnswer, sendRefusal } from './answer.js';
import type { Tuple } from '../conntrack/entry.js';
import type { Fate } from '../walk/fate.js';
import { causeOf, wordsOf, type Report } from '../reasons/reason.js';
import { clientView, icmpError } from './refusal.js';
import type { Walk } from '../walk/walk.js';
import { leftHost } from './beyond.js';
import { delivered } from './delivered.js';
import { send, type Sent } from './first-packet.js';
import { resultOf, type ConnectionAttempt, type Result } from './question.js';
import { openerOf } from './opener.js';
import { stalled } from './stream.js';
import { backOf, reaches } from './way-back.js';

/** A rule or a route refused the packet with an error that goes back to the client. */
function refused(walk: Walk, question: ConnectionAttempt, fate: Extract<Fate, { kind: 'refused' }>, sent: Tuple): Result {
  const { ns, skb, origin } = fate;
  walk.step(ns, skb, {
    kind: 'error',
    what: fate.with,
    text: wordsOf(fate.why),
    cause: causeOf(fate.why),
    ...(origin !== undefined && { origin }),
  });
  const byRule = fate.hook !== undefined;
  const local = question.client.kind === 'netns' && question.client.ns === ns;
  const answer = sendRefusal(walk, ns, skb, fate.dev, fate.with, byRule);
  // REJECT is a drop to the sender's own system call, whatever message goes out besides
  if (question.proto === 'udp' && fate.hook === 'OUTPUT' && local)
    return resultOf('unreachable', { kind: 'reported', since: fate.why, how: { by: 'send', errno: 'EPERM' } }, sent, origin);
  if (answer === undefined || !reaches(question.client, answer, sent)) {
    const back = backOf(answer, sent);
    return { ...back, reason: { kind: 'reply-lost', of: fate.why, back: back.reason }, ...(origin !== undefined && { origin }) };
  }
  const error = icmpError(fate.with);
  if (error === undefined) return resultOf('refused', { kind: 'reported', since: fate.why, how: { by: 'reset' } }, sent, origin);
  const view = clientView(error, question.proto, skb.packet.family, question.client.kind === 'netns');
  const how: Report = { by: 'icmp', name: error.name, ...(view.note !== undefined && { note: view.note }) };
  return resultOf(view.outcome, { kind: 'reported', since: fate.why, how }, sent, origin);
}

function neighbourLost(fate: Extract<Fate, { kind: 'no-neighbour' }>, sent: Tuple | undefined): Result {
  if (!fate.forwarded) return resultOf('unreachable', fate.why, sent);
  const { why, ns } = fate;
  const atOnce = why.kind === 'no-neighbour' && (why.as === 'no peer' || why.as === 'nowhere') ? ({ atOnce: true } as const) : {};
  return resultOf('unreachable', { kind: 'reported', since: why, how: { by: 'forwarder', netns: ns.name, ...atOnce } }, sent);
}

/** Whoever took the first packet answers it, and what follows on a stream. */
function taken(
  walk: Walk,
  question: ConnectionAttempt,
  fate: Extract<Fate, { kind: 'local' }>,
  sent: Sent & { readonly tuple: Tuple },
): Result {
  const opened = delivered(walk, question, fate, sent.tuple);
  const { outcome, reason } = opened;
  if (question.proto !== 'tcp' || outcome !== 'connected' || reason.kind !== 'answered') return opened;
  const opener = openerOf(walk.machine, reason.socket);
  const lost = stalled(walk, question, fate, sent, ({ ns, skb, dev }) => {
    const back = sendAnswer(walk, ns, skb, dev, { bound: true, opener });
    return { fate: back, arrives: reaches(question.client, back, sent.tuple) };
  });
  return lost ?? opened;
}

/** What the client of a connection sees, from how its first packet ended. */
function judge(walk: Walk, question: ConnectionAttempt, sent: Sent): Result {
  const { fate, tuple } = sent;
  switch (fate.kind) {
    case 'local':
      return taken(walk, question, fate, { ...sent, tuple: tuple! });
    case 'left':
      return leftHost(walk, question, fate, { ...sent, tuple: tuple! });
    case 'lost':
      if (fate.errno !== undefined && question.proto === 'udp') {
        const how: Report = { by: 'send', errno: fate.errno };
        return resultOf('unreachable', { kind: 'reported', since: fate.why, how }, tuple, fate.origin);
      }
      return resultOf('timeout', fate.why, tuple, fate.origin);
    case 'refused':
      return refused(walk, question, fate, tuple!);
    case 'local-error': {
      const how: Report = { by: 'call', errno: fate.errno, netns: fate.ns.name };
      return resultOf('unreachable', { kind: 'reported', since: fate.why, how }, tuple, fate.origin);
    }
    case 'no-neighbour':
      return neighbourLost(fate, tuple);
    case 'missing':
      return resultOf('unknown', { kind: 'missing', what: fate.what, where: 'way' }, tuple);
  }
}

/** Opens one connection and follows its first packet there and the answer back. */
export function connect(walk: Walk, question: ConnectionAttempt): Result {
  return judge(walk, question, send(walk, question));
}
