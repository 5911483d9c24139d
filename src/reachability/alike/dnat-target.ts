import { parseIp, type Ip } from '../../address/ip.js';

const TRANSLATES = / --to-destination (\S+)/;

/** The one place that a rule sends packets to. */
export interface DnatTarget {
  /** As the rule writes it. */
  readonly text: string;
  readonly ip: Ip;
  /** Absent where the packet keeps its own. */
  readonly port?: number;
}

/** @returns where a rule sends packets to, where that is one address, with a port or without. */
export function dnatTarget(rule: string): DnatTarget | undefined {
  const text = TRANSLATES.exec(rule)?.[1] ?? '';
  const [, v6, v4, port] = /^(?:\[([0-9a-f:]+)\]|([0-9.]+))(?::(\d+))?$/.exec(text) ?? [];
  const ip = parseIp(v6 ?? v4 ?? '');
  return ip === undefined ? undefined : { text, ip, ...(port !== undefined && { port: Number(port) }) };
}
