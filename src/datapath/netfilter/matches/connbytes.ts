import { UnreadableOption, type MatchExtension } from '../extension.js';

export const connbytes: MatchExtension = {
  name: 'connbytes',
  options: { '--connbytes': 1, '--connbytes-dir': 1, '--connbytes-mode': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'connbytes');
  },
};
