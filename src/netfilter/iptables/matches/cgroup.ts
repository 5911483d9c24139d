import { opaqueMatch } from '../opaque.js';

/** cgroup_mt (xt_cgroup.c): without a socket it matches neither way. */
export const cgroup = opaqueMatch({
  name: 'cgroup',
  options: { '--path': 1, '--cgroup': 1 },
  negatable: ['--path', '--cgroup'],
  category: 'cgroup',

  detail: 'the control group of the process that sends',
});
