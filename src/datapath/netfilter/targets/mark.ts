import { UnreadableOption, type TargetExtension } from '../extension.js';

export const markTarget: TargetExtension = {
  name: 'MARK',
  options: { '--set-xmark': 1, '--set-mark': 1, '--and-mark': 1, '--or-mark': 1, '--xor-mark': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'MARK');
  },
};
