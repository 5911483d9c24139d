import { parseIp } from '../../address/ip.js';
import type { Predicate } from '../../netfilter/index.js';
import type { Step, Trace } from '../../model/trace.js';
import { invert, tupleOf } from '../conntrack/conntrack.js';
import type { NetnsState } from '../machine/netns-state.js';
import { firstPacket } from '../connection/probe.js';
import { newSkb } from '../walk/skb.js';
import type { MatchContext, Tri } from './context.js';
import { compilePredicate } from './evaluate.js';
import { SetChanges } from './set-changes.js';

type TableStep = Extract<Step, { kind: 'table' }>;

/**
 * Whether a condition would hold of the first packet of a connection, where a table met it, had it another destination port there:
 * what a rule names that was written for the port that the client asked for.
 * @param step the table as the packet met it, on the way of the trace's first connection.
 */
export function wouldMatch(ns: NetnsState, predicate: Predicate, { flow }: Trace, step: TableStep, dport: number): Tri {
  const { packet } = step;
  const [src, dst] = [parseIp(packet.src) ?? 0, parseIp(packet.dst) ?? 0];
  const here = { src, dst, sport: packet.sport ?? 0, dport: packet.dport ?? 0 };
  const asked = { src: parseIp(flow.src ?? '') ?? src, sport: flow.sport ?? here.sport, dst: parseIp(flow.dst ?? '') ?? dst };
  const reply = invert(tupleOf(firstPacket(flow.proto, here)));
  const skb = newSkb(firstPacket(flow.proto, { ...here, dport }), step.leg, step.reply);
  skb.packet.mark = step.mark;
  const connection = {
    ...{ netns: ns.name, zone: { id: 0, dir: 'both' as const }, reply, seenReply: false, confirmed: false, tcp: 'NONE' as const, mark: 0 },
    original: tupleOf(firstPacket(flow.proto, { ...asked, dport: flow.dport ?? here.dport })),
    ...{ srcNat: false, srcNatDone: false, dstNat: asked.dst !== dst || flow.dport !== packet.dport, dstNatDone: true },
  };
  skb.ct = { connection, reply: false, info: 'NEW' };
  const context: MatchContext = { skb, ns, hook: step.hook, in: step.in, out: step.out, changes: new SetChanges(), questions: [] };
  return compilePredicate(predicate)(context);
}
