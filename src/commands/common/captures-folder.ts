import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { onInterrupt } from '../../interrupt.js';
import type { KeptCapture } from '../../kernel/index.js';
import { UsageError } from './failure.js';
import { writeReport } from './output.js';

/** A folder that takes captures as a snapshot's `captures/` holds them: whole, or not at all. */
export interface CapturesFolder {
  /** Writes each as `<netns>/<interface>.pcap`. */
  keep(captures: readonly KeptCapture[]): Promise<void>;
  /** Call once, when all is written. */
  finish(): void;
  /** Call instead of `finish` after a failure: takes away the folders and files that were made. */
  discard(): void;
}

/**
 * Makes a folder for captures where there is none; an interrupt takes away what was made.
 * @throws UsageError where it cannot be made.
 */
export function openCapturesFolder(folder: string): CapturesFolder {
  /** What was made, the deepest first. */
  let folders: readonly string[] = [];
  const files: string[] = [];
  const clean = (): void => {
    for (const file of files) rmSync(file, { force: true });
    for (const made of folders) removeEmpty(made);
  };
  const forget = onInterrupt(clean);
  const discard = (): void => {
    forget();
    clean();
  };
  const make = (path: string): void => {
    folders = [...makeFolder(path), ...folders];
  };
  try {
    make(folder);
  } catch (error) {
    discard();
    throw new UsageError(
      `${folder}: cannot be made (${error instanceof Error ? error.message : String(error)}); name a folder for --captures`,
    );
  }
  const keep = async (captures: readonly KeptCapture[]): Promise<void> => {
    for (const { netns, iface, pcap } of captures) {
      const place = join(folder, fileName(netns));
      make(place);
      const file = join(place, `${fileName(iface)}.pcap`);
      await writeReport(file, [pcap]);
      files.push(file);
    }
  };
  return { keep, finish: forget, discard };
}

/** @returns the folders that did not exist before, the deepest first. */
function makeFolder(path: string): readonly string[] {
  const first = mkdirSync(path, { recursive: true });
  if (first === undefined) return [];
  const made: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    made.push(at);
    if (at === resolve(first) || at === dirname(at)) return made;
  }
}

/** Others may have put something into it meanwhile: that stays. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    return;
  }
}

/** A snapshot is untrusted: a name leads nowhere else. */
function fileName(name: string): string {
  return name.replace(/[/\0]/g, '_').replace(/^\.{1,2}$/, '_');
}
