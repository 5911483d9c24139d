import { UnreadableOption, type MatchExtension } from '../extension.js';

export const ah4: MatchExtension = {
  name: 'ah',
  options: { '--ahspi': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'ah');
  },
};
