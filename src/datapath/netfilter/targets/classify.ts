import { UnreadableOption, type TargetExtension } from '../extension.js';

export const classifyTarget: TargetExtension = {
  name: 'CLASSIFY',
  options: { '--set-class': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'CLASSIFY');
  },
};
