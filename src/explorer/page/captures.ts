import {
  buildFlows,
  collect,
  namesOf,
  placedBy,
  readCaptureBy,
  streamWindow,
  usedCells,
  type CaptureInput,
  type PlacesTrace,
} from '../../capture/in-memory.js';
import type { CapturedFlow, CaptureSource } from '../../model/capture.js';
import type { Host } from '../../model/host.js';
import type { Matrix } from '../../model/reachability.js';
import type { FlowRequest, Trace } from '../../model/trace.js';
import type { DroppedCapture } from './dropped.js';
import { gunzipped } from './unpack.js';

/** A capture, and where a person says that it was taken. */
export interface PlacedCapture extends DroppedCapture {
  readonly netns?: string;
}

const TOOLS = { gunzip: gunzipped };

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A snapshot's own are named by their places: `captures/web/eth0.pcap` (docs/snapshot-format.md). */
function inputOf({ path, bytes, netns }: PlacedCapture, host: Host): CaptureInput {
  const [, folder, iface] = /(?:^|\/)captures\/([^/]+)\/([^/]+)\.pcap(?:ng)?$/.exec(path) ?? [];
  const place = netns ?? (folder !== undefined && host.netns.has(folder) ? folder : undefined);
  const at = netns !== undefined ? { iface: 'any' } : place !== undefined && iface !== undefined ? { iface } : {};
  return {
    spec: { path, ...(place === undefined ? {} : { netns: place }), ...at },
    batches: () => readCaptureBy(streamWindow(once(bytes)), path, TOOLS),
  };
}

/** What captures show of a host. */
export class CapturedTraffic {
  private constructor(
    readonly flows: readonly CapturedFlow[],
    readonly sources: readonly CaptureSource[],
    private readonly host: Host,
  ) {}

  /** @throws CaptureError where one is no capture. */
  static async of(captures: readonly PlacedCapture[], host: Host): Promise<CapturedTraffic> {
    const { collector, taps, sources } = await collect(
      captures.map((capture) => inputOf(capture, host)),
      host,
    );
    return new CapturedTraffic([...buildFlows(collector, taps, namesOf(host))], sources, host);
  }

  /** @returns how traces are set beside the captures. */
  placing(predict: (request: FlowRequest) => Trace | undefined): PlacesTrace {
    return placedBy(this.flows, this.sources, this.host, predict);
  }

  /** @returns the matrix with the cells that are in use. */
  used(matrix: Matrix): Matrix {
    return { ...matrix, used: usedCells(matrix, this.flows) };
  }

  /** @returns the captures that do not tell where they were taken. */
  get ofUnknownPlace(): readonly string[] {
    const isKnown = (place: string): boolean => this.host.netns.has(place.slice(0, place.indexOf(':')));
    return this.sources.filter(({ interfaces }) => !interfaces.some(isKnown)).map(({ file }) => file);
  }
}
