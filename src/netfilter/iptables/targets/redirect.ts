import type { OptionSyntax, TargetExtension } from '../extension.js';
import { natPorts, natPortsText, toPorts } from '../nat-range.js';
import { checkFlags } from '../options.js';
import type { Form, ReadsValue } from '../grammar/form.js';

const syntax: OptionSyntax = { '--to-ports': 1, '--random': 0 };

const portsText: ReadsValue = (word, option) => natPortsText(natPorts(option, word));

const form: Form = {
  options: {
    '--to-ports': { values: [portsText] },
    '--random': {},
  },
  tables: ['nat'],
  hooks: ['PREROUTING', 'OUTPUT'],
};

/** redirect_tg4, redirect_tg6 (xt_REDIRECT.c). */
export const redirectTarget: TargetExtension = {
  name: 'REDIRECT',
  form,
  options: syntax,
  compile: (options, { proto }) => {
    checkFlags(options, syntax);
    return { kind: 'redirect', range: toPorts(options, proto) };
  },
};
