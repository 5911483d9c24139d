import { opaqueMatch } from '../opaque.js';
import { U32 } from '../options.js';
import { number, textOf } from '../grammar/values.js';
import type { Form } from '../grammar/form.js';

const form: Form = {
  options: {
    '--path': { values: [textOf(511)], not: true, without: ['--cgroup'] },
    '--cgroup': { values: [number(U32)], not: true },
  },
  needs: [['--path', '--cgroup']],
  hooks: ['INPUT', 'OUTPUT', 'POSTROUTING'],
};

/** cgroup_mt (xt_cgroup.c): without a socket it matches neither way. */
export const cgroup = opaqueMatch({
  name: 'cgroup',
  options: { '--path': 1, '--cgroup': 1 },
  form,
  negatable: ['--path', '--cgroup'],
  category: 'cgroup',

  detail: 'the control group of the process that sends',
});
