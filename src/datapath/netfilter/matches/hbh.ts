import { UnreadableOption, type MatchExtension } from '../extension.js';

export const hbh: MatchExtension = {
  name: 'hbh',
  options: { '--hbh-len': 1, '--hbh-opts': 1, '--hbh-not-strict': 0 },
  compile: () => {
    throw new UnreadableOption('-m', 'hbh');
  },
};
