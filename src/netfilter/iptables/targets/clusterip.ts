import { unknownTarget } from '../plain-target.js';

/** clusterip_tg (ipt_CLUSTERIP.c). */
export const clusteripTarget = unknownTarget(
  'CLUSTERIP',
  { '--new': 0, '--hashmode': 1, '--clustermac': 1, '--total-nodes': 1, '--local-node': 1, '--hash-init': 1 },
  'whether this node of the cluster answers',
);
