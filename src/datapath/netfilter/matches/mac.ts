import { UnreadableOption, type MatchExtension } from '../extension.js';

export const mac: MatchExtension = {
  name: 'mac',
  options: { '--mac-source': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'mac');
  },
};
