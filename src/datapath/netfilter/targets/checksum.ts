import { UnreadableOption, type TargetExtension } from '../extension.js';

export const checksumTarget: TargetExtension = {
  name: 'CHECKSUM',
  options: { '--checksum-fill': 0 },
  compile: () => {
    throw new UnreadableOption('-j', 'CHECKSUM');
  },
};
