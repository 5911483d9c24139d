import { opaqueMatch } from '../opaque.js';

/** cluster_mt (xt_cluster.c): a hash of the source address with a seed. */
export const cluster = opaqueMatch({
  name: 'cluster',
  tracks: true,
  options: { '--cluster-total-nodes': 1, '--cluster-local-node': 1, '--cluster-local-nodemask': 1, '--cluster-hash-seed': 1 },
  negatable: ['--cluster-local-node', '--cluster-local-nodemask'],

  detail: 'which node of the cluster the source belongs to',
});
