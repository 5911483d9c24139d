import { UnreadableOption, type MatchExtension } from '../extension.js';

export const mh: MatchExtension = {
  name: 'mh',
  options: { '--mh-type': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'mh');
  },
};
