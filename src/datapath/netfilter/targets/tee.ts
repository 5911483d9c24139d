import { UnreadableOption, type TargetExtension } from '../extension.js';

export const teeTarget: TargetExtension = {
  name: 'TEE',
  options: { '--gateway': 1, '--oif': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'TEE');
  },
};
