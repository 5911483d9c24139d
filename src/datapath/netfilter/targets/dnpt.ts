import { UnreadableOption, type TargetExtension } from '../extension.js';

export const dnptTarget: TargetExtension = {
  name: 'DNPT',
  options: { '--src-pfx': 1, '--dst-pfx': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'DNPT');
  },
};
