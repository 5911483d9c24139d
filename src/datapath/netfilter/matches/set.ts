import { UnreadableOption, type MatchExtension } from '../extension.js';

export const set: MatchExtension = {
  name: 'set',
  options: {
    '--match-set': 2,
    '--set': 2,
    '--return-nomatch': 0,
    '--update-counters': 0,
    '--update-subcounters': 0,
    '--packets-eq': 1,
    '--packets-lt': 1,
    '--packets-gt': 1,
    '--bytes-eq': 1,
    '--bytes-lt': 1,
    '--bytes-gt': 1,
  },
  compile: () => {
    throw new UnreadableOption('-m', 'set');
  },
};
