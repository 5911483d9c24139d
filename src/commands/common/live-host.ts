import type { WriteStream } from 'node:tty';
import { escapeTerminal } from '../../report/index.js';
import type { HostTexts } from '../../snapshot/index.js';

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
 * Takes a snapshot of this machine into memory.
 * @throws CannotCollect where there is no Docker, no root or no Linux.
 */
export async function readLiveTexts(): Promise<HostTexts> {
  const { collectHost } = await import('../../collect/collect.js');
  const progress = progressLine(process.stderr);
  const { files } = await collectHost({ onStep: progress.show }).finally(progress.clear);
  return { files, captures: [], problems: [], name: 'this host' };
}
