import { UnreadableOption, type TargetExtension } from '../extension.js';

export const snptTarget: TargetExtension = {
  name: 'SNPT',
  options: { '--src-pfx': 1, '--dst-pfx': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'SNPT');
  },
};
