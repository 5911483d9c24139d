import { decodePacket } from '../decode/link.js';
import { DecodedPacket } from '../decode/packet.js';
import { pcapFileHeader, pcapRecord } from './pcap-writer.js';
import { SNAPLEN } from './plan.js';
import type { PlannedCapture } from './plan.js';

/** What is used of an object of the `cap` package: libpcap on one device. */
export interface CapDevice {
  open(device: string, filter: string, bufferSize: number, buffer: Buffer): string;
  setMinBytes?(bytes: number): void;
  on(event: 'packet', listener: (bytes: number, truncated: boolean) => void): unknown;
  close(): void;
}

export type CapConstructor = new () => CapDevice;

/** Loads the optional `cap` package. @returns undefined where it, or libpcap, is not installed. */
export async function loadCap(
  load: () => Promise<unknown> = () => import(/* @vite-ignore */ PACKAGE),
): Promise<CapConstructor | undefined> {
  const loaded = await load().catch(() => undefined);
  const outer = field(loaded, 'default') ?? loaded;
  const found = field(outer, 'Cap');
  // what a native package exports is not described by any type: it is a constructor or nothing
  return typeof found === 'function' ? (found as CapConstructor) : undefined;
}

const PACKAGE = 'cap';

function field(value: unknown, name: string): unknown {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** LINKTYPE_ values by the names that `cap` gives them. */
const LINKTYPES: ReadonlyMap<string, number> = new Map([
  ['NULL', 0],
  ['ETHERNET', 1],
  ['RAW', 101],
  ['LINKTYPE_LINUX_SLL', 113],
]);
const BUFFER = 10 * 1024 * 1024;

export interface LiveLimits {
  readonly seconds: number;
  readonly packets: number;
  /** How long to wait for answers once the packet was seen everywhere. */
  readonly graceSeconds: number;
}

export interface LiveRecord {
  readonly end: LiveEnd;
  readonly packets: readonly number[];
  /** Where the flow did not come by. */
  readonly unseen: readonly PlannedCapture[];
}

/** What the recording needs of the world around it. */
export interface LiveWorld {
  /** Appends to a plan's file. */
  write(capture: PlannedCapture, bytes: Buffer): void;
  /** Microseconds since 1970. */
  now(): number;
  /** Calls back once, after so many seconds. @returns how to call it off. */
  after(seconds: number, call: () => void): () => void;
  /** Calls back when the user has seen enough. @returns how to call it off. */
  onStop(call: () => void): () => void;
}

export type LiveEnd = 'seen' | 'time' | 'packets' | 'stopped';

/**
 * Records on interfaces of this namespace until the flow was seen at each of them, or a limit is reached.
 * An ICMP error may be about other flows: it is recorded, and is no sign of this one.
 * @returns why it ended, and how many packets each interface saw.
 * @throws Error which names the interface and what libpcap says, such as a device that is not there or a missing privilege; all are closed then.
 */
export async function recordLive(
  Cap: CapConstructor,
  plan: readonly PlannedCapture[],
  limits: LiveLimits,
  world: LiveWorld,
): Promise<LiveRecord> {
  const devices: CapDevice[] = [];
  const packets = plan.map(() => 0);
  const waiting = new Set(plan);
  const pending: (() => void)[] = [];
  try {
    const end = await new Promise<LiveEnd>((resolve) => {
      plan.forEach((capture, index) => {
        devices.push(
          listen(new Cap(), capture, world, (isSign) => {
            packets[index]!++;
            const wasLast = isSign && waiting.delete(capture) && waiting.size === 0;
            if (packets.reduce((sum, n) => sum + n, 0) >= limits.packets) resolve('packets');
            else if (wasLast) pending.push(world.after(limits.graceSeconds, () => resolve('seen')));
          }),
        );
      });
      pending.push(
        world.after(limits.seconds, () => resolve('time')),
        world.onStop(() => resolve('stopped')),
      );
    });
    return { end, packets, unseen: [...waiting] };
  } finally {
    for (const cancel of pending) cancel();
    for (const device of devices) device.close();
  }
}

function opened(device: CapDevice, { iface, filter }: PlannedCapture, buffer: Buffer): string {
  try {
    return device.open(iface, filter, BUFFER, buffer);
  } catch (error) {
    throw new Error(`${iface}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** @param seen is told of each packet whether it is one of the flow's own, as far as the filter tells. */
function listen(device: CapDevice, capture: PlannedCapture, world: LiveWorld, seen: (isSign: boolean) => void): CapDevice {
  const buffer = Buffer.alloc(65_536);
  const packet = new DecodedPacket();
  packet.bytes = buffer;
  const link = opened(device, capture, buffer);
  const linktype = LINKTYPES.get(link);
  if (linktype === undefined) {
    device.close();
    throw new Error(`${capture.iface}: cannot record frames of type ${link}`);
  }
  device.setMinBytes?.(0);
  world.write(capture, pcapFileHeader(linktype, SNAPLEN));
  device.on('packet', (bytes) => {
    const kept = Math.min(bytes, SNAPLEN);
    world.write(capture, pcapRecord(buffer.subarray(0, kept), world.now(), bytes));
    decodePacket(packet, linktype, 0, kept);
    seen(packet.quotedAt < 0);
  });
  return device;
}
