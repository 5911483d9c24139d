import { UnreadableOption, type MatchExtension } from '../extension.js';

export const hl: MatchExtension = {
  name: 'hl',
  options: { '--hl-eq': 1, '--hl-lt': 1, '--hl-gt': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'hl');
  },
};
