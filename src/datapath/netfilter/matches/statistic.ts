import { UnreadableOption, type MatchExtension } from '../extension.js';

export const statistic: MatchExtension = {
  name: 'statistic',
  options: { '--mode': 1, '--probability': 1, '--every': 1, '--packet': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'statistic');
  },
};
