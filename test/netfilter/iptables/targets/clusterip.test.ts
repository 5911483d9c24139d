import { FAIL, goesOn, targetCases } from './cases.js';

targetCases('CLUSTERIP', { proto: 6 }, [
  [
    '--new --hashmode sourceip --total-nodes 2',
    goesOn(`${'whether this node of the cluster answers'} (-j ${'CLUSTERIP'} ${'--new --hashmode sourceip --total-nodes 2'})`),
  ],
  ['! --nonsense', FAIL],
]);
