import { opaqueMatch } from '../opaque.js';

/** time_mt (xt_time.c). */
export const time = opaqueMatch({
  name: 'time',
  options: {
    '--datestart': 1,
    '--datestop': 1,
    '--timestart': 1,
    '--timestop': 1,
    '--monthdays': 1,
    '--weekdays': 1,
    '--kerneltz': 0,
    '--utc': 0,
    '--localtz': 0,
    '--contiguous': 0,
  },
  negatable: ['--monthdays', '--weekdays'],
  category: 'time',
  words: { yes: 'inside', no: 'outside', usual: true },
  detail: 'the time of day',
});
