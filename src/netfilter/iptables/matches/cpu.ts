import { opaqueMatch } from '../opaque.js';

/** cpu_mt (xt_cpu.c). */
export const cpu = opaqueMatch({
  name: 'cpu',
  options: { '--cpu': 1 },
  negatable: ['--cpu'],

  detail: 'which CPU handles the packet',
});
