import { UnreadableOption, type MatchExtension } from '../extension.js';

export const osf: MatchExtension = {
  name: 'osf',
  options: { '--genre': 1, '--ttl': 1, '--log': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'osf');
  },
};
