import { UnreadableOption, type TargetExtension } from '../extension.js';

export const snatTarget: TargetExtension = {
  name: 'SNAT',
  options: { '--to-source': 1, '--random': 0, '--random-fully': 0, '--persistent': 0 },
  compile: () => {
    throw new UnreadableOption('-j', 'SNAT');
  },
};
