import { UnreadableOption, type MatchExtension } from '../extension.js';

export const multiport: MatchExtension = {
  name: 'multiport',
  options: { '--source-ports': 1, '--sports': 1, '--destination-ports': 1, '--dports': 1, '--ports': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'multiport');
  },
};
