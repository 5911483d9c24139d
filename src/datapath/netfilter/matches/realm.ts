import { UnreadableOption, type MatchExtension } from '../extension.js';

export const realm: MatchExtension = {
  name: 'realm',
  options: { '--realm': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'realm');
  },
};
