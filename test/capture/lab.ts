import { readFileSync, readdirSync } from 'node:fs';
import { collect } from '../../src/capture/collect.js';
import type { CaptureInput, CapturedStrands } from '../../src/capture/collect.js';
import { buildFlows } from '../../src/capture/flows/build.js';
import { namesOf } from '../../src/capture/names.js';
import { readCaptureFile } from '../../src/capture/read/index.js';
import { parseSpec } from '../../src/capture/spec.js';
import type { Captures } from '../../src/capture/place/evidence.js';
import type { Host } from '../../src/model/host.js';
import type { FlowProto, FlowRequest } from '../../src/model/trace.js';
import { loadFiles, readSnapshot } from '../../src/snapshot/load.js';

export const LABS = ['docker20', 'docker20-noproxy'] as const;

/** A first packet, or its answer, at an interface: what the kernel did. */
export interface TruthPacket {
  readonly netns: string;
  readonly iface: string;
  readonly dir: 'in' | 'out';
  readonly proto: string;
  readonly kind: string;
  readonly src: string;
  readonly sport?: number;
  readonly dst: string;
  readonly dport?: number;
}

export interface Truth {
  readonly flow: { readonly id: string; readonly from: string; readonly dst: string; readonly proto: FlowProto; readonly dport?: number };
  readonly outcome: string;
  readonly packets: readonly TruthPacket[];
}

export function truthOf(lab: string): readonly Truth[] {
  return JSON.parse(readFileSync(`fixtures/captures/${lab}/truth.json`, 'utf8')) as readonly Truth[];
}

/** @param edit changes the text of a file of the snapshot. */
export async function hostOf(lab: string, edit: (path: string, text: string) => string = (_, text) => text): Promise<Host> {
  const { texts } = await readSnapshot(`fixtures/captures/${lab}/snapshot`);
  return loadFiles(new Map([...texts].map(([path, text]) => [path, edit(path, text)])));
}

/** The question that a recorded client asked. */
export function questionOf({ flow }: Truth): FlowRequest {
  const { from, dst, proto, dport } = flow;
  return { from: from === 'router' ? '198.51.100.1' : from, to: dst, proto, ...(dport !== undefined && { dport }) };
}

/** @returns specs of the captures of `any` that were recorded for a flow, one a namespace. */
export function specsOf(lab: string, id: string): readonly string[] {
  const folder = `fixtures/captures/${lab}/flows/${id}`;
  return readdirSync(folder)
    .filter((file) => /^[a-z]+\.pcap$/.test(file))
    .map((file) => `${file.slice(0, -5)}:any=${folder}/${file}`);
}

export async function read(specs: readonly string[], host?: Host): Promise<CapturedStrands & Captures> {
  const inputs = specs.map((text): CaptureInput => {
    const spec = parseSpec(text)!;
    return { spec, batches: () => readCaptureFile(spec.path) };
  });
  const collected = await collect(inputs, host);
  return { ...collected, flows: [...buildFlows(collected.collector, collected.taps, host && namesOf(host))] };
}
