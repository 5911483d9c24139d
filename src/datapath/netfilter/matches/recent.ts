import { UnreadableOption, type MatchExtension } from '../extension.js';

export const recent: MatchExtension = {
  name: 'recent',
  options: {
    '--set': 0,
    '--rcheck': 0,
    '--update': 0,
    '--remove': 0,
    '--seconds': 1,
    '--reap': 0,
    '--hitcount': 1,
    '--rttl': 0,
    '--name': 1,
    '--rsource': 0,
    '--rdest': 0,
    '--mask': 1,
  },
  compile: () => {
    throw new UnreadableOption('-m', 'recent');
  },
};
