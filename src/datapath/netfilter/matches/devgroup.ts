import { UnreadableOption, type MatchExtension } from '../extension.js';

export const devgroup: MatchExtension = {
  name: 'devgroup',
  options: { '--src-group': 1, '--dst-group': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'devgroup');
  },
};
