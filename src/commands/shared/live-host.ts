import type { WriteStream } from 'node:tty';
import type { Host } from '../../model/host.js';
import { escapeTerminal } from '../../report/escape.js';

export interface ProgressLine {
  readonly show: (done: number, all: number, what: string) => void;
  readonly clear: () => void;
}

/** @returns a line that is written over and over, where somebody looks at it. */
export function progressLine(stream: WriteStream): ProgressLine {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
  return {
    show: (done, all, what) => void stream.write(`\r\x1b[Kcollecting ${done}/${all} ${escapeTerminal(what)}`),
    clear: () => void stream.write('\r\x1b[K'),
  };
}

/**
 * Takes a snapshot of this machine into memory and parses it.
 * @throws CannotCollect where there is no Docker, no root or no Linux.
 */
export async function readLiveHost(): Promise<Host> {
  const [{ collectHost }, { loadFiles }] = await Promise.all([import('../../collect/collect.js'), import('../../snapshot/assemble.js')]);
  const progress = progressLine(process.stderr);
  const { files } = await collectHost({ onStep: progress.show }).finally(progress.clear);
  return loadFiles(files, [], 'this host');
}
