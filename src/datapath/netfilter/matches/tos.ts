import { UnreadableOption, type MatchExtension } from '../extension.js';

export const tos: MatchExtension = {
  name: 'tos',
  options: { '--tos': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'tos');
  },
};
