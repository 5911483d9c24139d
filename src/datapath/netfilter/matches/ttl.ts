import { UnreadableOption, type MatchExtension } from '../extension.js';

export const ttl: MatchExtension = {
  name: 'ttl',
  options: { '--ttl-eq': 1, '--ttl': 1, '--ttl-lt': 1, '--ttl-gt': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'ttl');
  },
};
