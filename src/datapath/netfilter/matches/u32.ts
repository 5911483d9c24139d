import { UnreadableOption, type MatchExtension } from '../extension.js';

export const u32: MatchExtension = {
  name: 'u32',
  options: { '--u32': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'u32');
  },
};
