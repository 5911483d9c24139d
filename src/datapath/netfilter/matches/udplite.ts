import { UnreadableOption, type MatchExtension } from '../extension.js';

export const udplite: MatchExtension = {
  name: 'udplite',
  options: { '--source-port': 1, '--sport': 1, '--destination-port': 1, '--dport': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'udplite');
  },
};
