import type { Exceeded } from '../../model/trace.js';

/** Thrown where a walk comes to more than is looked at: nothing can be said beyond it. */
export class OutOfBudget extends Error {
  constructor(readonly exceeded: Exceeded) {
    super(exceededWords(exceeded));
  }
}

const count = (n: number): string => n.toLocaleString('en');

/** @returns the reason of an answer that was given up, in one sentence. */
export function exceededWords({ what, limit, detail }: Exceeded): string {
  switch (what) {
    case 'questions':
    case 'sides':
      return `too much depends on what the snapshot does not tell (more than ${count(limit)} ${what === 'sides' ? 'ways to go' : 'times on one way'}), for one: ${detail}`;
    case 'rules tried':
      return `${detail} sends one packet through its rules more than ${count(limit)} times over, and it was followed no further`;
    case 'work':
      return `this host holds so much that one question about it comes to more than ${count(limit)} rules tried, and nothing more was looked at`;
    case 'rules matched':
      return `in ${detail} one packet matches more than ${count(limit)} rules, and they were followed no further`;
  }
}
