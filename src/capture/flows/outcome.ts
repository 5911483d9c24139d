import type { CapturedFlow, FlowOutcome } from '../../model/capture.js';
import { PROTO, TCP } from '../decode/packet.js';
import { MARK } from './strand-table.js';
import type { StrandTable } from './strand-table.js';
import type { Tap } from './taps.js';

type Verdict = Pick<CapturedFlow, 'outcome' | 'text' | 'died'>;

/** ICMP and ICMPv6 codes that mean "no listener" (RFC 792, RFC 4443) and so refuse. */
const PORT_UNREACHABLE: ReadonlyMap<number, number> = new Map([
  [PROTO.icmp, (3 << 8) | 3],
  [PROTO.icmpv6, (1 << 8) | 4],
]);

/**
 * What became of a conversation.
 * @param forward the request's strands in the order they were seen; @param reply the answer's.
 */
export function judge(strands: StrandTable, taps: readonly Tap[], forward: readonly number[], reply: readonly number[]): Verdict {
  const origin = forward[0];
  if (origin === undefined) return answerAlone(strands, reply);
  const home = reply.filter((id) => strands.tap(id) === strands.tap(origin));
  if (strands.protocol(origin) === PROTO.tcp) return judgeTcp(strands, taps, forward, reply, home);
  const error = errorOf(strands, forward);
  if (error) return error;
  if (reply.length === 0) return unanswered(strands, taps, forward);
  return home.length > 0 ? { outcome: 'established', text: 'answered' } : lost(strands, taps, reply);
}

function answerAlone(s: StrandTable, reply: readonly number[]): Verdict {
  if (reply.every((id) => s.has(id, MARK.refusal)))
    return { outcome: 'refused', text: 'the answer is a reset; what it answers is in no capture' };
  return { outcome: 'one-way', text: 'the other side answers; what it answers is in no capture' };
}

function judgeTcp(
  s: StrandTable,
  taps: readonly Tap[],
  forward: readonly number[],
  reply: readonly number[],
  home: readonly number[],
): Verdict {
  const begun = forward.some((id) => s.has(id, MARK.syn));
  const error = errorOf(s, forward);
  // who acknowledges has been answered, even where the capture lost the answer
  const acknowledged = forward.some((id) => s.has(id, MARK.syn) && s.has(id, TCP.ack) && !s.has(id, MARK.reset));
  if (begun && (acknowledged || home.some((id) => s.has(id, MARK.answer)))) return established(s, forward, reply);
  if (begun && home.some((id) => s.has(id, MARK.reset))) return { outcome: 'refused', text: 'the answer to the first packet is a reset' };
  if (begun && error) return error;
  if (begun) return reply.length === 0 ? unanswered(s, taps, forward) : lost(s, taps, reply);
  if (reply.length > 0) return { outcome: 'joined', text: 'both sides speak; the beginning is not in the captures' };
  return { outcome: 'one-way', text: 'one side speaks; the beginning is not in the captures' };
}

function established(s: StrandTable, forward: readonly number[], reply: readonly number[]): Verdict {
  const reset = [...forward, ...reply].some((id) => s.has(id, MARK.reset));
  return { outcome: 'established', text: reset ? 'answered, and ended by a reset' : 'answered' };
}

function errorOf(s: StrandTable, forward: readonly number[]): Verdict | undefined {
  for (const id of forward) {
    const error = s.errors.get(id);
    if (error === undefined) continue;
    const { type, code } = error;
    const kind = (type << 8) | code;
    const refused = [...PORT_UNREACHABLE.values()].includes(kind);
    const outcome: FlowOutcome = refused ? 'refused' : 'unreachable';
    return { outcome, text: `the answer is an ICMP error, type ${type} code ${code}` };
  }
  return undefined;
}

function unanswered(s: StrandTable, taps: readonly Tap[], forward: readonly number[]): Verdict {
  const died = placeOf(s, taps, forward.at(-1)!, false);
  return { outcome: 'unanswered', text: `no answer; last seen at ${died.netns} ${died.iface}`.trimEnd(), died };
}

function lost(s: StrandTable, taps: readonly Tap[], reply: readonly number[]): Verdict {
  const died = placeOf(s, taps, reply.at(-1)!, true);
  return { outcome: 'answer-lost', text: `answered, but the answer was last seen at ${died.netns} ${died.iface}`.trimEnd(), died };
}

function placeOf(s: StrandTable, taps: readonly Tap[], id: number, reply: boolean): NonNullable<Verdict['died']> {
  const tap = taps[s.tap(id)]!;
  return { netns: tap.netns, iface: tap.iface, reply };
}
