import { UnreadableOption, type MatchExtension } from '../extension.js';

export const mark: MatchExtension = {
  name: 'mark',
  options: { '--mark': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'mark');
  },
};
