import type { OptionSyntax, TargetExtension } from '../extension.js';
import { natRange, natRangeText } from '../nat-range.js';
import { arg, checkFlags, fail, find } from '../options.js';
import type { Form, ReadsValue } from '../grammar/form.js';

const syntax: OptionSyntax = { '--to-destination': 1, '--random': 0, '--persistent': 0 };

const rangeText: ReadsValue = (word, option, { family, proto }) => natRangeText(natRange(option, word, [], family, proto), family);

const form: Form = {
  options: {
    '--to-destination': { values: [rangeText] },
    '--random': {},
    '--persistent': {},
  },
  needs: [['--to-destination']],
  tables: ['nat'],
  hooks: ['PREROUTING', 'OUTPUT'],
};

/** xt_dnat_target_v2 (xt_nat.c). */
export const dnatTarget: TargetExtension = {
  name: 'DNAT',
  form,
  options: syntax,
  compile: (options, { family, proto }) => {
    checkFlags(options, syntax);
    const to = find(options, '--to-destination') ?? fail({ flag: '--to-destination', negated: false, args: [] });
    return { kind: 'nat', manip: 'dst', range: natRange(to, arg(to), options, family, proto) };
  },
};
