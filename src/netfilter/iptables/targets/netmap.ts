import type { OptionSyntax, TargetExtension } from '../extension.js';
import { addressPrefix, arg, checkFlags, fail, find } from '../options.js';
import type { Form, Value } from '../grammar/form.js';
import { printNetwork } from '../addresses.js';

const syntax: OptionSyntax = { '--to': 1 };

const blockText: Value = (word, option, { family }) => printNetwork(addressPrefix(option, word, family));

const form: Form = {
  options: {
    '--to': { values: [blockText] },
  },
  needs: [['--to']],
  tables: ['nat'],
};

/** netmap_tg4, netmap_tg6 (xt_NETMAP.c). */
export const netmapTarget: TargetExtension = {
  name: 'NETMAP',
  form,
  options: syntax,
  compile: (options, { family }) => {
    checkFlags(options, syntax);
    const to = find(options, '--to') ?? fail({ flag: '--to', negated: false, args: [] });
    const { addr, mask } = addressPrefix(to, arg(to), family);
    return { kind: 'netmap', addr, mask };
  },
};
