import type { Lack } from '../model/lack.js';

function says({ state, why }: Lack): string {
  switch (state) {
    case 'missing':
      return 'is not there';
    case 'unreadable':
      return `is no such listing: ${why}`;
    case 'part':
      return `is known in part: ${why}`;
    case 'doubtful':
      return `is in doubt: ${why}`;
  }
}

/** @returns what a snapshot lacks, in a sentence: "host/ss.txt (the listeners of the host) is not there". */
export function lackText(lack: Lack): string {
  return `${lack.file} (${lack.what}) ${says(lack)}`;
}
