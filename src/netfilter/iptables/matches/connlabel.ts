import { opaqueMatch } from '../opaque.js';
import type { Form } from '../grammar/form.js';
import { inKernel, number } from '../grammar/values.js';

const form: Form = {
  options: {
    '--label': { values: [inKernel(number(127), number(65_535))], not: true },
    '--set': {},
  },
  needs: [['--label']],
};

/** connlabel_mt (xt_connlabel.c). */
export const connlabel = opaqueMatch({
  name: 'connlabel',
  tracks: true,
  form,
  options: { '--label': 1, '--set': 0 },
  negatable: ['--label'],

  detail: 'the labels of the connection',
});
