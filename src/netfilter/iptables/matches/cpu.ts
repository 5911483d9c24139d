import { opaqueMatch } from '../opaque.js';
import type { Form } from '../grammar/form.js';
import { number } from '../grammar/values.js';
import { U32 } from '../options.js';

const form: Form = {
  options: {
    '--cpu': { values: [number(U32)], not: true },
  },
  needs: [['--cpu']],
};

/** cpu_mt (xt_cpu.c). */
export const cpu = opaqueMatch({
  name: 'cpu',
  form,
  options: { '--cpu': 1 },
  negatable: ['--cpu'],

  detail: 'which CPU handles the packet',
});
