import { UnreadableOption, type MatchExtension } from '../extension.js';

export const tcp: MatchExtension = {
  name: 'tcp',
  options: { '--source-port': 1, '--sport': 1, '--destination-port': 1, '--dport': 1, '--syn': 0, '--tcp-flags': 2, '--tcp-option': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'tcp');
  },
};
