import { UnreadableOption, type MatchExtension } from '../extension.js';

export const state: MatchExtension = {
  name: 'state',
  options: { '--state': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'state');
  },
};
