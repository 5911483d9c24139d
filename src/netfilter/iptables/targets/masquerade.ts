import type { OptionSyntax, TargetExtension } from '../extension.js';
import { natPorts, natPortsText, toPorts } from '../nat-range.js';
import { checkFlags } from '../options.js';
import type { Form, ReadsValue } from '../grammar/form.js';

const syntax: OptionSyntax = { '--to-ports': 1, '--random': 0, '--random-fully': 0 };

const portsText: ReadsValue = (word, option) => natPortsText(natPorts(option, word));

const form: Form = {
  options: {
    '--to-ports': { values: [portsText] },
    '--random': {},
    '--random-fully': {},
  },
  tables: ['nat'],
  hooks: ['POSTROUTING'],
};

/** masquerade_tg (xt_MASQUERADE.c). */
export const masqueradeTarget: TargetExtension = {
  name: 'MASQUERADE',
  form,
  options: syntax,
  compile: (options, { proto }) => {
    checkFlags(options, syntax);
    return { kind: 'masquerade', range: toPorts(options, proto) };
  },
};
