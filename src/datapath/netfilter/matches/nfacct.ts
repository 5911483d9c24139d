import { UnreadableOption, type MatchExtension } from '../extension.js';

export const nfacct: MatchExtension = {
  name: 'nfacct',
  options: { '--nfacct-name': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'nfacct');
  },
};
