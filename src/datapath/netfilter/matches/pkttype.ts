import { UnreadableOption, type MatchExtension } from '../extension.js';

export const pkttype: MatchExtension = {
  name: 'pkttype',
  options: { '--pkt-type': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'pkttype');
  },
};
