import { UnreadableOption, type MatchExtension } from '../extension.js';

export const tcpmss: MatchExtension = {
  name: 'tcpmss',
  options: { '--mss': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'tcpmss');
  },
};
