import { appendFileSync, writeFileSync } from 'node:fs';
import {
  recordLive,
  type CapConstructor,
  type LiveLimits,
  type LiveRecord,
  type LiveWorld,
  type PlannedCapture,
} from '../../capture/index.js';
import { UsageError } from './failure.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Files, the clock and Ctrl-C. */
const WORLD: LiveWorld = {
  write: ({ file }, bytes) => appendFileSync(file, bytes),
  // finer than Date.now: the same packet is told apart at two interfaces
  now: () => Math.floor((performance.timeOrigin + performance.now()) * 1000),
  after: (delay, call) => {
    const timer = setTimeout(call, delay * 1000);
    return () => clearTimeout(timer);
  },
  onStop: (call) => {
    for (const signal of SIGNALS) process.once(signal, call);
    return () => {
      for (const signal of SIGNALS) process.off(signal, call);
    };
  },
};

/**
 * Records on interfaces of the namespace that this process runs in, into files of the folder that it runs in.
 * @throws UsageError where a file cannot be written or libpcap refuses an interface.
 */
export async function recordHere(Cap: CapConstructor, plan: readonly PlannedCapture[], limits: LiveLimits): Promise<LiveRecord> {
  try {
    for (const { file } of plan) writeFileSync(file, '');
    return await recordLive(Cap, plan, limits, WORLD);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new UsageError(`cannot record: ${what}${hint(what)}; without --live the tcpdump commands are printed`, { cause: error });
  }
}

function hint(what: string): string {
  if (/not permitted|permission/i.test(what)) return ' (recording needs root, or CAP_NET_RAW)';
  return /no such device/i.test(what) ? ' (is this the host, and the network namespace, of the snapshot?)' : '';
}
