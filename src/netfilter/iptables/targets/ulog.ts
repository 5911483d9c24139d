import { continuingTarget } from '../plain-target.js';

/** ipt_ULOG, which kernels before 3.17 had. */
export const ulogTarget = continuingTarget('ULOG', {
  '--ulog-nlgroup': 1,
  '--ulog-cprange': 1,
  '--ulog-qthreshold': 1,
  '--ulog-prefix': 1,
});
