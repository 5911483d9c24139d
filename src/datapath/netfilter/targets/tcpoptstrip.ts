import { UnreadableOption, type TargetExtension } from '../extension.js';

export const tcpoptstripTarget: TargetExtension = {
  name: 'TCPOPTSTRIP',
  options: { '--strip-options': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'TCPOPTSTRIP');
  },
};
