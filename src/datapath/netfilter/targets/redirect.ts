import { UnreadableOption, type TargetExtension } from '../extension.js';

export const redirectTarget: TargetExtension = {
  name: 'REDIRECT',
  options: { '--to-ports': 1, '--random': 0 },
  compile: () => {
    throw new UnreadableOption('-j', 'REDIRECT');
  },
};
