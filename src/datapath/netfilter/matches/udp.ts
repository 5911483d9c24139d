import { UnreadableOption, type MatchExtension } from '../extension.js';

export const udp: MatchExtension = {
  name: 'udp',
  options: { '--source-port': 1, '--sport': 1, '--destination-port': 1, '--dport': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'udp');
  },
};
