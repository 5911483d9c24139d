import { UnreadableOption, type TargetExtension } from '../extension.js';

export const tcpmssTarget: TargetExtension = {
  name: 'TCPMSS',
  options: { '--set-mss': 1, '--clamp-mss-to-pmtu': 0 },
  compile: () => {
    throw new UnreadableOption('-j', 'TCPMSS');
  },
};
