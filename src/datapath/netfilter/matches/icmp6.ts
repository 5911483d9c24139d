import { UnreadableOption, type MatchExtension } from '../extension.js';

export const icmp6: MatchExtension = {
  name: 'icmp6',
  aliases: ['icmpv6'],
  options: { '--icmpv6-type': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'icmp6');
  },
};
