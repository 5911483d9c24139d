import { UnreadableOption, type TargetExtension } from '../extension.js';

export const synproxyTarget: TargetExtension = {
  name: 'SYNPROXY',
  options: { '--sack-perm': 0, '--timestamp': 0, '--wscale': 1, '--mss': 1, '--ecn': 0 },
  compile: () => {
    throw new UnreadableOption('-j', 'SYNPROXY');
  },
};
