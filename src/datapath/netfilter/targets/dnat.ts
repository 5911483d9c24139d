import { UnreadableOption, type TargetExtension } from '../extension.js';

export const dnatTarget: TargetExtension = {
  name: 'DNAT',
  options: { '--to-destination': 1, '--random': 0, '--random-fully': 0, '--persistent': 0 },
  compile: () => {
    throw new UnreadableOption('-j', 'DNAT');
  },
};
