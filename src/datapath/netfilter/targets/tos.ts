import { UnreadableOption, type TargetExtension } from '../extension.js';

export const tosTarget: TargetExtension = {
  name: 'TOS',
  options: { '--set-tos': 1, '--and-tos': 1, '--or-tos': 1, '--xor-tos': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'TOS');
  },
};
