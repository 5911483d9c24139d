import { writeSync } from 'node:fs';
import { runStyle } from './run-style.js';

/** What takes less is over before anybody has read of it. */
const PATIENCE_MS = 1000;
const BETWEEN_MS = 100;

/** Tells how far something has come; nothing where nobody watches. */
export interface Progress {
  readonly step: (done: number, total: number) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

const NONE: Progress = { step: () => undefined, end: () => undefined };

/**
 * @param what `rules asked`: what is counted.
 * @returns what writes one line on standard error, where that is a terminal, once a second has passed. It is written at once: the work itself
 *   leaves no turn to a timer.
 */
export function progressOf(what: string): Progress {
  if (!process.stderr.isTTY || runStyle.quiet) return NONE;
  const since = Date.now();
  let last = 0;
  return {
    step: (done, total) => {
      const now = Date.now();
      if (now - since < PATIENCE_MS || now - last < BETWEEN_MS) return;
      last = now;
      writeSync(2, `\r\u001b[K${done} of ${total} ${what} …`);
    },
    end: () => {
      if (last > 0) writeSync(2, '\r\u001b[K');
    },
  };
}
