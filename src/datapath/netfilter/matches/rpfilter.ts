import { UnreadableOption, type MatchExtension } from '../extension.js';

export const rpfilter: MatchExtension = {
  name: 'rpfilter',
  options: { '--loose': 0, '--validmark': 0, '--accept-local': 0, '--invert': 0 },
  compile: () => {
    throw new UnreadableOption('-m', 'rpfilter');
  },
};
