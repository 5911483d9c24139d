import { UnreadableOption, type MatchExtension } from '../extension.js';

export const cluster: MatchExtension = {
  name: 'cluster',
  options: { '--cluster-total-nodes': 1, '--cluster-local-node': 1, '--cluster-local-nodemask': 1, '--cluster-hash-seed': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'cluster');
  },
};
