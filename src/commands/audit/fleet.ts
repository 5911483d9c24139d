import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Fleet, FleetHost } from '../../model/fleet.js';
import { ownPath } from '../../own-files.js';
import type { FleetTask } from './worker.js';
import { faultText, UsageError } from '../common/failure.js';

const ARCHIVE = /\.(?:tar|tar\.gz|tgz)$/i;
const WORKER = ownPath('commands/audit/worker.js');

/**
 * Names the snapshots of a folder: its folders and archives, in the order of their names.
 * @throws UsageError where it cannot be read, or holds none.
 */
export async function snapshotsIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new UsageError(`--fleet ${folder}: cannot be read (${faultText(error)})`, { cause: error });
  });
  const visible = entries.filter((e) => !e.name.startsWith('.'));
  const kept = await Promise.all(
    visible.map(async (e) => ARCHIVE.test(e.name) || e.isDirectory() || (e.isSymbolicLink() && (await isFolder(join(folder, e.name))))),
  );
  const names = visible.filter((_, index) => kept[index]).map((e) => e.name);
  if (names.length === 0) throw new UsageError(`--fleet ${folder}: holds no snapshot, that is no folder and no .tar, .tar.gz or .tgz`);
  return names.sort((a, b) => (a < b ? -1 : 1));
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (s) => s.isDirectory(),
    () => false,
  );
}

/** A bar on the last line of a terminal; nothing where there is none. */
class Progress {
  private done = 0;

  constructor(
    private readonly all: number,
    private readonly terminal: boolean,
  ) {}

  step(): void {
    this.done++;
    if (!this.terminal) return;
    const width = 30;
    const filled = Math.round((this.done / this.all) * width);
    process.stderr.write(`\r[${'#'.repeat(filled)}${' '.repeat(width - filled)}] ${this.done} of ${this.all} snapshots`);
  }

  /** Leaves the line as it was. */
  end(): void {
    if (this.terminal) process.stderr.write('\r\u001b[K');
  }
}

/** How one snapshot is audited: on a thread of the pool, or here where the program runs from its sources. */
async function openPool(
  size: number,
): Promise<{ readonly run: (task: FleetTask) => Promise<FleetHost>; readonly close: () => Promise<void> }> {
  if (!existsSync(WORKER)) {
    const { default: auditOne } = await import('./worker.js');
    return { run: auditOne, close: () => Promise.resolve() };
  }
  const { Tinypool } = await import('tinypool');
  const threads = Math.max(1, Math.min(size, availableParallelism()));
  const pool = new Tinypool({ filename: WORKER, minThreads: threads, maxThreads: threads });
  return { run: async (task) => (await pool.run(task)) as FleetHost, close: () => pool.destroy() };
}

/**
 * Audits every snapshot with all cores. One that cannot be audited does not stop the others.
 * @param terminal whether somebody watches standard error.
 */
export async function auditFleet(tasks: readonly FleetTask[], terminal: boolean): Promise<Fleet> {
  const progress = new Progress(tasks.length, terminal);
  const pool = await openPool(tasks.length);
  try {
    const hosts = await Promise.all(
      tasks.map(async (task): Promise<FleetHost> => {
        const host = await pool.run(task);
        progress.step();
        return host;
      }),
    );
    return { format: 'dtrace-path-fleet/1', hosts };
  } finally {
    progress.end();
    await pool.close();
  }
}

/** @returns the path of a snapshot of the folder. */
export function pathOf(folder: string, name: string): string {
  return join(folder, name);
}
