import { opaqueMatch } from '../opaque.js';

/** devgroup_mt (xt_devgroup.c). */
export const devgroup = opaqueMatch({
  name: 'devgroup',
  options: { '--src-group': 1, '--dst-group': 1 },
  negatable: ['--src-group', '--dst-group'],

  detail: 'the group of the interface',
});
