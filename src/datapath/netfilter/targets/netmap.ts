import { UnreadableOption, type TargetExtension } from '../extension.js';

export const netmapTarget: TargetExtension = {
  name: 'NETMAP',
  options: { '--to': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'NETMAP');
  },
};
