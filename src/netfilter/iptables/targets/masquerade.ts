import type { OptionSyntax, TargetExtension } from '../extension.js';
import { natFlags, natPorts, natPortsText, requirePorts } from '../nat-range.js';
import { arg, checkFlags, find } from '../options.js';
import type { Form, Value } from '../grammar/form.js';

const syntax: OptionSyntax = { '--to-ports': 1, '--random': 0, '--random-fully': 0 };

const portsText: Value = (word, option) => natPortsText(natPorts(option, word));

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
    const ports = find(options, '--to-ports');
    if (ports !== undefined) requirePorts(proto, '--to-ports');
    return { kind: 'masquerade', range: { ...(ports === undefined ? {} : natPorts(ports, arg(ports))), ...natFlags(options) } };
  },
};
