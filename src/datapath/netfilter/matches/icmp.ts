import { UnreadableOption, type MatchExtension } from '../extension.js';

export const icmp: MatchExtension = {
  name: 'icmp',
  options: { '--icmp-type': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'icmp');
  },
};
