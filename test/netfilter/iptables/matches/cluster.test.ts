import { FAIL, asks, matchCases } from './cases.js';

matchCases('cluster', {}, [
  [
    '--cluster-total-nodes 2 ! --cluster-local-node 1 --cluster-hash-seed 7',
    asks(
      'unknown',
      `${'which node of the cluster the source belongs to'} (-m ${'cluster'} ${'--cluster-total-nodes 2 ! --cluster-local-node 1 --cluster-hash-seed 7'})`,
    ),
  ],
  ['--nonsense', FAIL],
]);
