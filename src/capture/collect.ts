import type { CaptureSource } from '../model/capture.js';
import type { Host } from '../model/host.js';
import { CaptureError } from './error.js';
import { FlowCollector } from './flows/collector.js';
import { TapReader, TapTable } from './flows/taps.js';
import type { Tap } from './flows/taps.js';
import type { PacketBatch } from './read/batch.js';
import type { CaptureSpec } from './spec.js';
import { nameTaps } from './name-taps.js';

/** A capture and how to read it. */
export interface CaptureInput {
  readonly spec: CaptureSpec;
  batches(): AsyncIterable<PacketBatch>;
}

/** All packets of some captures, as strands. */
export interface CapturedStrands {
  readonly collector: FlowCollector;
  readonly taps: readonly Tap[];
  readonly sources: readonly CaptureSource[];
}

/**
 * Reads captures one after the other. A damaged one counts as far as it goes; its `problem` says how far that is.
 * @throws CaptureError where a file cannot be opened or is no capture at all.
 */
export async function collect(inputs: readonly CaptureInput[], host?: Host): Promise<CapturedStrands> {
  const collector = new FlowCollector();
  const table = new TapTable();
  const sources: CaptureSource[] = [];
  for (const input of inputs) sources.push(await readOne(input, host, collector, table));
  return { collector, taps: table.taps, sources };
}

async function readOne(input: CaptureInput, host: Host | undefined, collector: FlowCollector, table: TapTable): Promise<CaptureSource> {
  const { spec } = input;
  const before = table.taps.length;
  let reader: TapReader | undefined;
  let packets = 0;
  let problem: string | undefined;
  try {
    for await (const batch of input.batches()) {
      reader ??= new TapReader(table, nameTaps(spec, batch, host));
      collector.add(batch, reader);
      packets += batch.count;
    }
  } catch (error) {
    if (!(error instanceof CaptureError) || packets === 0) throw error;
    problem = error.message;
  }
  const interfaces = table.taps.slice(before).map((tap) => `${tap.netns}:${tap.iface}`);
  // an interface that was watched and saw nothing tells as much as one that saw something
  if (spec.netns !== undefined && spec.iface !== undefined) interfaces.unshift(`${spec.netns}:${spec.iface}`);
  return { file: spec.path, interfaces: [...new Set(interfaces)], packets, ...(problem !== undefined && { problem }) };
}
