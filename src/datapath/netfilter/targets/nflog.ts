import { UnreadableOption, type TargetExtension } from '../extension.js';

export const nflogTarget: TargetExtension = {
  name: 'NFLOG',
  options: { '--nflog-group': 1, '--nflog-range': 1, '--nflog-size': 1, '--nflog-threshold': 1, '--nflog-prefix': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'NFLOG');
  },
};
