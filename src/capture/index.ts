import type { CaptureCounts, CaptureSource, CapturedFlow } from '../model/capture.js';
import type { Host } from '../model/host.js';
import type { NetnsName } from '../model/netns.js';
import { collect } from './collect.js';
import type { CaptureInput } from './collect.js';
import { buildFlows } from './flows/build.js';
import { namesOf } from './names.js';
import { readCapture, readCaptureFile } from './read/index.js';

export { evidenceIn } from './evidence-for.js';
export type { EvidenceFor, FlowEvidence, SoughtFlow } from './evidence-for.js';
export { CaptureError } from './error.js';
export { judgeFlows } from './judge.js';
export type { Predict } from './judge.js';
export { placeOnTrace } from './place/evidence.js';
export type { Captures, OpenEnds } from './place/evidence.js';
export { readCapture, readCaptureFile, PacketBatch } from './read/index.js';
export type { CaptureInterface } from './read/index.js';
export { planCaptures } from './record/plan.js';
export type { PlannedCapture } from './record/plan.js';
export { placingOptions, tcpdumpCommand } from './record/tcpdump.js';
export { usedCells } from './used-cells.js';

/** A capture to read, and where it was taken, as far as that is known. */
export interface CaptureToRead {
  /** `-` is standard input; where `stream` is given, only a name. */
  readonly path: string;
  /** Its bytes, where it is no file: pcap or pcapng, plain or gzip. */
  readonly stream?: AsyncIterable<Uint8Array>;
  /** `host` or a container's name; without it, the file's own hints are set beside the snapshot. */
  readonly netns?: NetnsName;
  /** An interface, or `any`. */
  readonly iface?: string;
}

/** The conversations of some captures. */
export interface ReadFlows {
  /** In the order of their first packets. */
  readonly flows: readonly CapturedFlow[];
  /** A damaged capture counts as far as it goes, and its `problem` says how far that is. */
  readonly sources: readonly CaptureSource[];
  readonly counts: Readonly<CaptureCounts>;
}

/**
 * Reads captures and joins their packets into conversations, over all interfaces that they crossed, before and after translation.
 * @param host names the ends, and tells where captures were taken that do not say it themselves.
 * @throws CaptureError where a file cannot be opened, is no capture, or is damaged before its first packet.
 */
export async function readFlows(captures: readonly CaptureToRead[], host?: Host): Promise<ReadFlows> {
  const { collector, taps, sources } = await collect(captures.map(inputOf), host);
  return { flows: [...buildFlows(collector, taps, host && namesOf(host))], sources, counts: collector.counts };
}

function inputOf({ stream, ...spec }: CaptureToRead): CaptureInput {
  return { spec, batches: () => (stream ? readCapture(stream, spec.path) : readCaptureFile(spec.path)) };
}
export { type CaptureInput, type CapturedStrands, collect } from './collect.js';
export { buildFlows } from './flows/build.js';
export { namesOf } from './names.js';
export { placedBy, type PlacesTrace } from './place/trace-placing.js';
export { type CapConstructor, type LiveLimits, type LiveRecord, type LiveWorld, recordLive } from './record/live.js';
export { placingWords } from './record/tcpdump.js';
export { type CaptureSpec, parseSpec } from './spec.js';
