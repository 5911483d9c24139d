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

/** What the recording needs of the world around it. */
export interface LiveWorld {
  /** Appends to a plan's file. */
  write(capture: PlannedCapture, bytes: Buffer): void;
  /** Microseconds since 1970. */
  now(): number;
  /** Calls back once, after so many seconds. @returns how to call it off. */
  after(seconds: number, call: () => void): () => void;
}

export type LiveEnd = 'seen' | 'time' | 'packets';

/**
 * Records on interfaces of this namespace until the flow was seen at each of them, or a limit is reached.
 * @returns why it ended, and how many packets each interface saw.
 * @throws Error of libpcap, such as a device that is not there or a missing privilege; all devices are closed then.
 */
export async function recordLive(
  Cap: CapConstructor,
  plan: readonly PlannedCapture[],
  limits: LiveLimits,
  world: LiveWorld,
): Promise<{ readonly end: LiveEnd; readonly packets: readonly number[] }> {
  const devices: CapDevice[] = [];
  const packets = plan.map(() => 0);
  const pending: (() => void)[] = [];
  try {
    const end = await new Promise<LiveEnd>((resolve) => {
      plan.forEach((capture, index) => {
        devices.push(
          listen(new Cap(), capture, world, () => {
            packets[index]!++;
            if (packets.reduce((sum, n) => sum + n, 0) >= limits.packets) resolve('packets');
            else if (packets[index] === 1 && packets.every((n) => n > 0))
              pending.push(world.after(limits.graceSeconds, () => resolve('seen')));
          }),
        );
      });
      pending.push(world.after(limits.seconds, () => resolve('time')));
    });
    return { end, packets };
  } finally {
    for (const cancel of pending) cancel();
    for (const device of devices) device.close();
  }
}

function listen(device: CapDevice, capture: PlannedCapture, world: LiveWorld, seen: () => void): CapDevice {
  const buffer = Buffer.alloc(65_536);
  const link = device.open(capture.iface, capture.filter, BUFFER, buffer);
  const linktype = LINKTYPES.get(link);
  if (linktype === undefined) {
    device.close();
    throw new Error(`${capture.iface}: cannot record frames of type ${link}`);
  }
  device.setMinBytes?.(0);
  world.write(capture, pcapFileHeader(linktype, SNAPLEN));
  device.on('packet', (bytes) => {
    world.write(capture, pcapRecord(buffer.subarray(0, Math.min(bytes, SNAPLEN)), world.now(), bytes));
    seen();
  });
  return device;
}
