import type { TargetExtension } from '../extension.js';
import { unknownTarget } from '../plain-target.js';
import type { Form } from '../grammar/form.js';
import { number } from '../grammar/values.js';
import { U32 } from '../options.js';

const form: Form = {
  options: {
    '--sack-perm': {},
    '--timestamp': {},
    '--wscale': { values: [number(U32)] },
    '--mss': { values: [number(U32)] },
    '--ecn': {},
  },
  protocols: [6],
  hooks: ['INPUT', 'FORWARD'],
};

const handshake = unknownTarget(
  'SYNPROXY',
  { '--sack-perm': 0, '--timestamp': 0, '--wscale': 1, '--mss': 1, '--ecn': 0 },
  'the handshake that a SYN proxy answers',
  form,
);

/** synproxy_tg4, synproxy_tg6 (ipt_SYNPROXY.c, ip6t_SYNPROXY.c). */
export const synproxyTarget: TargetExtension = { ...handshake, tracks: true };
