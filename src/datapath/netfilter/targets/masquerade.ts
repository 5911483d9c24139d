import { UnreadableOption, type TargetExtension } from '../extension.js';

export const masqueradeTarget: TargetExtension = {
  name: 'MASQUERADE',
  options: { '--to-ports': 1, '--random': 0, '--random-fully': 0 },
  compile: () => {
    throw new UnreadableOption('-j', 'MASQUERADE');
  },
};
