import { UnreadableOption, type MatchExtension } from '../extension.js';

export const connmark: MatchExtension = {
  name: 'connmark',
  options: { '--mark': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'connmark');
  },
};
