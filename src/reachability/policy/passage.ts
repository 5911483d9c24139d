import { formatPorts, subtract, type RangeSet } from '../../address/ranges.js';
import type { Violation } from '../../model/policy.js';
import type { FlowProto } from '../../model/trace.js';
import type { ReachClass } from '../ways.js';
import type { Receiver, PolicySender } from './endpoints.js';

/** One way of a sender to a receiver, for some of the ports an assertion speaks of. */
export interface Passage {
  readonly sender: PolicySender;
  readonly receiver: Receiver;
  readonly way: ReachClass;
  readonly proto: FlowProto;
  /** Ports as asked for. */
  readonly asked: RangeSet;
}

/** ICMP has no ports: all of them stand for it. */
export const EVERY: RangeSet = [[0, 65535]];

function nameOf({ receiver, way, proto }: Passage): string {
  const { delivered } = way.fate;
  if (receiver.kind === 'addresses' && receiver.outside) return receiver.label;
  if (delivered === undefined) return receiver.label;
  return proto === 'icmp' ? delivered.netns : `${delivered.netns}:${delivered.port}/${proto}`;
}

/** @returns a way against an assertion, with a flow that shows it. */
export function violationOf(passage: Passage, what: Violation['what']): Violation {
  const { sender, way, proto, asked } = passage;
  const { outcome, cause, reason, decidedBy, decidingRule } = way.fate;
  const first = asked[0]?.[0];
  const inside = way.witness.dport !== undefined && asked.some(([lo, hi]) => way.witness.dport! >= lo && way.witness.dport! <= hi);
  const witness = proto === 'icmp' || inside || first === undefined ? way.witness : { ...way.witness, dport: Math.max(1, Number(first)) };
  return {
    from: sender.label,
    to: nameOf(passage),
    what,
    outcome,
    cause,
    reason,
    ports: proto === 'icmp' ? 'icmp' : formatPorts(subtract(asked, [[0, 0]])),
    proto,
    witness,
    ...(decidedBy !== undefined && { decidedBy }),
    ...(decidingRule !== undefined && { decidingRule }),
  };
}

/** @returns one of each kind: the same sender, taker and protocol, ports joined. */
export function distinct(violations: readonly Violation[]): readonly Violation[] {
  const found = new Map<string, Violation>();
  for (const violation of violations) {
    const key = `${violation.from} ${violation.to} ${violation.what} ${violation.proto} ${violation.ports}`;
    if (!found.has(key)) found.set(key, violation);
  }
  return [...found.values()];
}
