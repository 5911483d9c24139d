import { UnreadableOption, type MatchExtension } from '../extension.js';

export const sctp: MatchExtension = {
  name: 'sctp',
  options: { '--source-port': 1, '--sport': 1, '--destination-port': 1, '--dport': 1, '--chunk-types': 2 },
  compile: () => {
    throw new UnreadableOption('-m', 'sctp');
  },
};
