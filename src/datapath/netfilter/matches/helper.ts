import { UnreadableOption, type MatchExtension } from '../extension.js';

export const helper: MatchExtension = {
  name: 'helper',
  options: { '--helper': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'helper');
  },
};
