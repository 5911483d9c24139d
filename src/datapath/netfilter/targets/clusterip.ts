import { UnreadableOption, type TargetExtension } from '../extension.js';

export const clusteripTarget: TargetExtension = {
  name: 'CLUSTERIP',
  options: { '--new': 0, '--hashmode': 1, '--clustermac': 1, '--total-nodes': 1, '--local-node': 1, '--hash-init': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'CLUSTERIP');
  },
};
