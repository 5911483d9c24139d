import { UnreadableOption, type MatchExtension } from '../extension.js';

export const dst: MatchExtension = {
  name: 'dst',
  options: { '--dst-len': 1, '--dst-opts': 1, '--dst-not-strict': 0 },
  compile: () => {
    throw new UnreadableOption('-m', 'dst');
  },
};
