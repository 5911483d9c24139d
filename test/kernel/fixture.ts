import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FlowPacket, Observed } from '../../src/kernel/flow.js';
import type { Captured } from '../../src/kernel/observe/captured.js';
import type { TraceEntry } from '../../src/kernel/observe/trace-log.js';
import type { FlowRequest } from '../../src/model/trace.js';
import type { FlowTrial, Trial } from './trial.js';

function kindOf({ body, family }: Captured): string {
  switch (body.proto) {
    case 'tcp':
      return body.kind === 'syn' ? 'SYN' : body.kind === 'syn-ack' ? 'SYN-ACK' : 'RST';
    case 'udp':
      return 'DATA';
    case 'echo':
      return `TYPE ${family === 4 ? (body.reply ? 0 : 8) : body.reply ? 129 : 128}/0`;
    case 'icmp-error':
      return `TYPE ${body.type}/${body.code}`;
  }
}

function packetOf(c: Captured, start: number): object {
  const ports = 'sport' in c.body ? { sport: c.body.sport, dport: c.body.dport } : {};
  const { netns, iface, dir, src, dst } = c;
  return { t: Math.round(c.time - start), netns, iface, dir, kind: kindOf(c), src, dst, ...ports };
}

function ruleOf(entry: TraceEntry): object {
  const { in: input, out, src, dst, sport, dport, table, chain, rule, verdict } = entry;
  return { family: entry.family === 4 ? 2 : 10, in: input, out, src, dst, sport, dport, table, chain, rule, verdict };
}

/** One entry of truth.json, as recordings of real hosts have it. */
function truthOf(request: FlowRequest, observed: Observed): object {
  const { from, to, proto, dport, sport, id } = request;
  const all = [...observed.packets.map((p: FlowPacket) => p.captured), ...observed.errors].sort((a, b) => a.time - b.time);
  const start = all[0]?.time ?? 0;
  const outcome = observed.result.outcome === 'silent' ? 'timeout' : observed.result.outcome;
  return {
    flow: { id: id ?? '', from, dst: to, proto, ...(dport !== undefined && { dport }), ...(sport !== undefined && { sport }) },
    outcome,
    ...(observed.result.detail !== undefined && { detail: observed.result.detail }),
    packets: all.map((c) => packetOf(c, start)),
    trace: observed.rules.filter((r) => r.netns === 'host').map(ruleOf),
  };
}

/** Writes a trial as a recording: the snapshot's files and what the kernel did. */
export function writeFixture(folder: string, trial: Trial, flows: readonly FlowTrial[], title: string): void {
  rmSync(folder, { recursive: true, force: true });
  const files = new Map(trial.files);
  files.set('meta.json', `${JSON.stringify({ format: 'dtrace-path-snapshot/1', hostname: title, kernel: 'Linux' }, undefined, 2)}\n`);
  // a flow a line
  files.set('truth.json', `[\n${flows.map((f) => JSON.stringify(truthOf(f.request, f.observed))).join(',\n')}\n]\n`);
  for (const [path, text] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
