import { UnreadableOption, type MatchExtension } from '../extension.js';

export const iprange: MatchExtension = {
  name: 'iprange',
  options: { '--src-range': 1, '--dst-range': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'iprange');
  },
};
