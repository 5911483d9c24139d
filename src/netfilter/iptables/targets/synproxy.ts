import type { TargetExtension } from '../extension.js';
import type { Form } from '../grammar/form.js';
import { number } from '../grammar/values.js';
import { U32, checkFlags, written } from '../options.js';

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

const options = { '--sack-perm': 0, '--timestamp': 0, '--wscale': 1, '--mss': 1, '--ecn': 0 };

/**
 * synproxy_tg4, synproxy_tg6 (ipt_SYNPROXY.c, ip6t_SYNPROXY.c): the client is answered before anybody else is asked, so that what comes
 * behind decides nothing for certain.
 */
export const synproxyTarget: TargetExtension = {
  name: 'SYNPROXY',
  options,
  form,
  tracks: true,
  compile: (given) => {
    checkFlags(given, options);
    return { kind: 'gap', detail: `the handshake that a SYN proxy answers (${written('-j SYNPROXY', given)})`, rule: true };
  },
};
