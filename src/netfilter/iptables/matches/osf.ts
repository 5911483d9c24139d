import { opaqueMatch } from '../opaque.js';
import { number, textOf } from '../grammar/values.js';
import type { Form } from '../grammar/form.js';

const form: Form = {
  options: {
    '--genre': { values: [textOf(31)], not: true },
    '--ttl': { values: [number(2)] },
    '--log': { values: [number(2)] },
  },
  needs: [['--genre']],
  protocols: [6],
  hooks: ['PREROUTING', 'INPUT', 'FORWARD'],
};

/** xt_osf_match_packet (xt_osf.c). */
export const osf = opaqueMatch({
  name: 'osf',
  options: { '--genre': 1, '--ttl': 1, '--log': 1 },
  form,
  negatable: ['--genre'],
  category: 'bytes',

  detail: 'the operating system that the SYN looks like',
});
