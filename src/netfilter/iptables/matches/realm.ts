import { opaqueMatch } from '../opaque.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { marked } from '../grammar/values.js';
import { U32, valueMask } from '../options.js';

/** A number with its mask, or a name of /etc/iproute2/rt_realms, of which `cosmos` is 0 everywhere (xtables_parse_val_mask). */
const realmText: ReadsValue = (word, option) => {
  if (word === 'cosmos') return word;
  const { value, mask } = valueMask(option, word, U32);
  return value === 0 && mask === U32 ? 'cosmos' : marked(U32)(word, option, { family: 4, proto: 0 });
};

const form: Form = {
  options: {
    '--realm': { values: [realmText], not: true },
  },
  needs: [['--realm']],
  hooks: ['INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
};

/** realm_mt (xt_realm.c). */
export const realm = opaqueMatch({
  name: 'realm',
  form,
  options: { '--realm': 1 },
  negatable: ['--realm'],

  detail: 'the realm of the route',
});
