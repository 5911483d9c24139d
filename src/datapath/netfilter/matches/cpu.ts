import { UnreadableOption, type MatchExtension } from '../extension.js';

export const cpu: MatchExtension = {
  name: 'cpu',
  options: { '--cpu': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'cpu');
  },
};
