import { UnreadableOption, type MatchExtension } from '../extension.js';

export const esp: MatchExtension = {
  name: 'esp',
  options: { '--espspi': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'esp');
  },
};
