import type { WriteStream } from 'node:tty';
import { command, printCommand } from '../../command/index.js';
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
 * Runs what reads this machine.
 * @param besides what else may be done where it cannot be read.
 * @throws CannotCollect with what is to be typed: the search path goes along, as sudo's own knows no folder of a user.
 */
export async function readingHere<T>(read: () => Promise<T>, besides: string): Promise<T> {
  const { CannotCollect } = await import('../../collect/collect.js');
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof CannotCollect)) throw error;
    const { hindrance, message } = error;
    const again = printCommand(command('dtrace-path', ...process.argv.slice(2)));
    const told = hindrance === 'user' ? `${message}: sudo env "PATH=$PATH" ${again}` : message;
    throw new CannotCollect(hindrance, `${told}${besides}`);
  }
}

/**
 * Takes a snapshot of this machine into memory.
 * @throws CannotCollect where there is no Docker, no root or no Linux.
 */
export async function readLiveTexts(): Promise<HostTexts> {
  const { collectHost } = await import('../../collect/collect.js');
  const progress = progressLine(process.stderr);
  const taken = readingHere(
    () => collectHost({ onStep: progress.show }),
    '\nor name a snapshot of a host, as in: dtrace-path audit host.tgz',
  );
  const { files } = await taken.finally(progress.clear);
  return { files, captures: [], problems: [], name: 'this host' };
}
