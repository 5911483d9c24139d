import { UnreadableOption, type TargetExtension } from '../extension.js';

export const nfqueueTarget: TargetExtension = {
  name: 'NFQUEUE',
  options: { '--queue-num': 1, '--queue-balance': 1, '--queue-bypass': 0, '--queue-cpu-fanout': 0 },
  compile: () => {
    throw new UnreadableOption('-j', 'NFQUEUE');
  },
};
