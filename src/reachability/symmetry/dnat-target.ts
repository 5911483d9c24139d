import type { Ip } from '../../address/ip.js';
import { soleAddress, type RuleFacts } from '../../netfilter/index.js';

/** The one place that a rule sends packets to. */
export interface DnatTarget {
  readonly ip: Ip;
  /** Absent where the packet keeps its own. */
  readonly port?: number;
}

/** @returns where a rule sends packets to, where that is one address, with a port or without. */
export function dnatTarget({ translates: [first, ...others] }: RuleFacts): DnatTarget | undefined {
  if (first?.manip !== 'dst' || others.length > 0) return undefined;
  const ip = soleAddress(first);
  if (ip === undefined || first.basePort !== undefined || (first.ports !== undefined && first.ports[0] !== first.ports[1]))
    return undefined;
  return { ip, ...(first.ports !== undefined && { port: first.ports[0] }) };
}
