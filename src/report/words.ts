import type { Origin } from '../model/origin.js';
import type { Outcome, RuleHit, Trace, TracedFlow } from '../model/trace.js';
import type { PacketView } from '../model/sighting.js';

/** How a line is to be felt: colour in the terminal, a mark in Markdown. */
export type Tone = 'plain' | 'quiet' | 'rewrite' | 'good' | 'bad';

/** What each outcome is to the one who sent the packet. */
export const OUTCOME_TONE: Readonly<Record<Outcome, Tone>> = {
  connected: 'good',
  'leaves-host': 'good',
  refused: 'bad',
  unreachable: 'bad',
  timeout: 'bad',
  unknown: 'rewrite',
};

/** @returns `1 rule`, `2 rules`. */
export function count(number: number, what: string, many = `${what}s`): string {
  return `${number} ${number === 1 ? what : many}`;
}

/** @returns `1.2.3.4:80`, `[::1]:80`, or the address alone. */
export function endpoint(address: string, port: number | undefined): string {
  if (port === undefined) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** @returns `source → destination`. */
export function arrow(packet: PacketView): string {
  return `${endpoint(packet.src, packet.sport)} → ${endpoint(packet.dst, packet.dport)}`;
}

/** @returns `file:line`; without the line where the file as a whole is meant. */
export function place(origin: Origin): string {
  return origin.line > 0 ? `${origin.file}:${origin.line}` : origin.file;
}

/** @returns a rule's place. */
export function placeOfHit(hit: RuleHit): string {
  return place({ file: hit.file, line: hit.line });
}

function named(name: string, address: string | undefined, port: number | undefined): string {
  if (address === undefined) return port === undefined ? name : `${name}:${port}`;
  return name === address ? endpoint(address, port) : `${name} (${endpoint(address, port)})`;
}

/** @returns the question in one line: `web (172.17.0.2:49152) → 8.8.8.8:443, tcp`. */
export function question(flow: TracedFlow): string {
  return `${named(flow.from, flow.src, flow.sport)} → ${named(flow.to, flow.dst, flow.dport)}, ${flow.proto === 'icmp' ? 'ICMP echo' : flow.proto.toUpperCase()}`;
}

/** @returns the verdict in one line, with the place that decided. */
export function verdict(trace: Trace): string {
  return `${trace.outcome}: ${trace.reason}`;
}

/** @returns what the snapshot lacks, but for what the reason says already. */
export function missingBesides(trace: Trace): readonly string[] {
  return trace.missing.filter((item) => !trace.reason.includes(item));
}
