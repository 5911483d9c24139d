import { UnreadableOption, type MatchExtension } from '../extension.js';

export const hashlimit: MatchExtension = {
  name: 'hashlimit',
  options: {
    '--hashlimit-upto': 1,
    '--hashlimit-above': 1,
    '--hashlimit': 1,
    '--hashlimit-mode': 1,
    '--hashlimit-srcmask': 1,
    '--hashlimit-dstmask': 1,
    '--hashlimit-name': 1,
    '--hashlimit-burst': 1,
    '--hashlimit-htable-size': 1,
    '--hashlimit-htable-max': 1,
    '--hashlimit-htable-gcinterval': 1,
    '--hashlimit-htable-expire': 1,
    '--hashlimit-rate-match': 0,
    '--hashlimit-rate-interval': 1,
  },
  compile: () => {
    throw new UnreadableOption('-m', 'hashlimit');
  },
};
