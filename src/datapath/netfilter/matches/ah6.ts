import { UnreadableOption, type MatchExtension } from '../extension.js';

export const ah6: MatchExtension = {
  name: 'ah',
  options: { '--ahspi': 1, '--ahlen': 1, '--ahres': 0 },
  compile: () => {
    throw new UnreadableOption('-m', 'ah');
  },
};
