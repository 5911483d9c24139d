import { opaqueMatch } from '../opaque.js';

/** ipvs_mt (xt_ipvs.c). */
export const ipvs = opaqueMatch({
  name: 'ipvs',
  options: { '--ipvs': 0, '--vproto': 1, '--vaddr': 1, '--vport': 1, '--vdir': 1, '--vmethod': 1, '--vportctl': 1 },
  negatable: ['--ipvs', '--vproto', '--vaddr', '--vport', '--vmethod', '--vportctl'],

  detail: 'whether IPVS balances the connection',
});
