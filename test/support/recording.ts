import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatIp, parseIp } from '../../src/address/ip.js';
import type { FlowRequest, Outcome, Trace } from '../../src/model/trace.js';

interface RecordedPacket {
  readonly netns: string;
  readonly iface: string;
  readonly dir: 'in' | 'out';
  readonly kind: string;
  readonly src: string;
  readonly sport?: number;
  readonly dst: string;
  readonly dport?: number;
}

interface RecordedRule {
  readonly table: string;
  readonly chain: string;
  readonly rule?: string;
  readonly policy?: string;
  readonly verdict?: string;
  readonly in: string;
  readonly src: string;
  readonly sport: number;
  readonly dst: string;
  readonly dport: number;
}

/** One entry of a recording's truth.json: what a real client saw, every sighting, the host's rule trace. */
export interface RecordedFlow {
  readonly flow: {
    readonly id: string;
    readonly from: string;
    readonly dst: string;
    readonly proto: 'tcp' | 'udp' | 'icmp';
    readonly dport?: number;
  };
  readonly outcome: 'connected' | 'closed' | 'refused' | 'reset' | 'timeout' | 'unreachable';
  readonly packets: readonly RecordedPacket[];
  readonly trace: readonly RecordedRule[];
}

export interface Sightings {
  readonly forward: readonly string[];
  readonly answers: readonly string[];
}

/** The machine at the far end of the lab's uplink. */
const OUTSIDE = { 4: '198.51.100.1', 6: '2001:db8:1::1' } as const;

/** @returns a recording's flows, without those that never reached the host. */
export function readRecording(dir: string): readonly RecordedFlow[] {
  // a fixture of this project, written by its own recorder
  const all = JSON.parse(readFileSync(join(dir, 'truth.json'), 'utf8')) as readonly RecordedFlow[];
  return all.filter((t) => t.flow.from !== 'router' || t.packets.some((p) => p.netns !== 'router'));
}

/** @returns the question that a recorded flow answers. */
export function requestOf({ flow }: RecordedFlow): FlowRequest {
  const from = flow.from === 'router' ? OUTSIDE[flow.dst.includes(':') ? 6 : 4] : flow.from;
  return { id: flow.id, from, to: flow.dst, proto: flow.proto, ...(flow.dport !== undefined && { dport: flow.dport }) };
}

const SEEN: Readonly<Record<RecordedFlow['outcome'], Outcome>> = {
  connected: 'connected',
  closed: 'connected',
  refused: 'refused',
  reset: 'refused',
  unreachable: 'unreachable',
  timeout: 'timeout',
};

/** @returns the outcomes that agree with what the recorded client saw in its one second, or with a packet outside. */
export function agreeingOutcomes(recorded: RecordedFlow): readonly Outcome[] {
  const left = recorded.packets.some((p) => p.netns === 'router' && p.dir === 'in');
  return left ? [SEEN[recorded.outcome], 'leaves-host'] : [SEEN[recorded.outcome]];
}

const canonical = (ip: string): string => formatIp(parseIp(ip) ?? 0);
const ECHO = /^TYPE (8|0|128|129)\//;

/** @returns the sightings of first packets and of answers, each once, in order; answers sorted, since two connections interleave. */
export function recordedSightings({ flow, packets }: RecordedFlow, nameOf: (netns: string) => string): Sightings {
  const servers = new Set([flow.dport]);
  const forward: string[] = [];
  const answers: string[] = [];
  for (const p of packets) {
    if (p.kind === 'SYN' || (p.kind === 'DATA' && !servers.has(p.sport))) servers.add(p.dport);
    if (p.netns === 'router' || (p.kind.startsWith('TYPE') && !(flow.proto === 'icmp' && ECHO.test(p.kind)))) continue;
    const isAnswer =
      p.kind === 'SYN-ACK' || p.kind === 'RST' || (p.kind === 'DATA' && servers.has(p.sport)) || /^TYPE (0|129)\//.test(p.kind);
    const row = rowOf({ ...p, netns: nameOf(p.netns) }, isAnswer);
    const list = isAnswer ? answers : forward;
    if (!list.includes(row)) list.push(row);
  }
  return { forward, answers: answers.sort() };
}

function rowOf(p: Pick<RecordedPacket, 'netns' | 'iface' | 'dir' | 'src' | 'dst' | 'dport'>, isAnswer: boolean): string {
  return `${p.netns} ${p.iface} ${p.dir} ${canonical(p.src)} > ${canonical(p.dst)}${isAnswer || p.dport === undefined ? '' : `:${p.dport}`}`;
}

/** @returns the same of a trace. */
export function tracedSightings(trace: Trace): Sightings {
  const rows = (reply: boolean): string[] => trace.packets.filter((p) => p.reply === reply).map((p) => rowOf(p, reply));
  return { forward: rows(false), answers: rows(true).sort() };
}

const ruleText = (text: string): string => text.replaceAll('"', '').replace(/\s+/g, ' ').trim();

/**
 * The rules that the first packet of each connection matched in the host's namespace.
 * @returns undefined where the recorder's log broke off: its own TRACE rule is what it shows last.
 */
export function recordedRules({ flow, trace }: RecordedFlow): readonly string[] | undefined {
  if (trace.some((r) => r.rule !== undefined && !r.rule.startsWith('-A '))) return undefined;
  const servers = new Set([flow.dport]);
  for (const r of trace) if (!servers.has(r.sport)) servers.add(r.dport);
  const started = new Set<string>();
  const rules: string[] = [];
  let last: (RecordedRule & { readonly tuple: string }) | undefined;
  let skip = false;
  for (const r of trace) {
    const tuple = [r.src, r.sport, r.dst, r.dport].join();
    const ended = last === undefined || last.policy !== undefined || last.verdict === 'DROP' || last.verdict === 'ACCEPT';
    if (r.table === 'raw' && (last?.table !== 'raw' || last.tuple !== tuple || ended)) {
      const key = `${r.in === '' ? 'OUTPUT' : 'PREROUTING'} ${tuple}`;
      skip = started.has(key) || (flow.proto === 'udp' && servers.has(r.sport));
      started.add(key);
    }
    last = { ...r, tuple };
    if (!skip && r.rule !== undefined) rules.push(`${r.table} ${r.chain} ${ruleText(r.rule)}`);
  }
  return rules;
}

/** @returns the same of a trace. */
export function tracedRules(trace: Trace): readonly string[] {
  return trace.rules.filter((r) => r.netns === 'host').map((r) => `${r.table} ${r.chain} ${ruleText(r.rule)}`);
}
