import type { Lack } from '../model/lack.js';
import type { SideLack } from '../model/reachability.js';

function says({ state, why }: Lack): string {
  switch (state) {
    case 'missing':
      return why === '' ? 'is not there' : `is not there: ${why}`;
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

/** @returns what one side of a comparison lacks: what opened there would not be seen. */
export function sideLackText(lack: SideLack): string {
  return `${lack.accepted === true ? 'accepted' : 'undecided'}, ${lack.side}: ${lackText(lack)}`;
}
