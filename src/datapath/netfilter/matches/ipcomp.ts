import { UnreadableOption, type MatchExtension } from '../extension.js';

export const ipcomp: MatchExtension = {
  name: 'ipcomp',
  options: { '--ipcompspi': 1, '--compres': 0 },
  compile: () => {
    throw new UnreadableOption('-m', 'ipcomp');
  },
};
