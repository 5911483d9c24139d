import { UnreadableOption, type MatchExtension } from '../extension.js';

export const addrtype: MatchExtension = {
  name: 'addrtype',
  options: { '--src-type': 1, '--dst-type': 1, '--limit-iface-in': 0, '--limit-iface-out': 0 },
  compile: () => {
    throw new UnreadableOption('-m', 'addrtype');
  },
};
