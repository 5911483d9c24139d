import { UnreadableOption, type MatchExtension } from '../extension.js';

export const ipv6header: MatchExtension = {
  name: 'ipv6header',
  options: { '--header': 1, '--soft': 0 },
  compile: () => {
    throw new UnreadableOption('-m', 'ipv6header');
  },
};
