import type { OptionSyntax, TargetExtension } from '../extension.js';
import { natRange, natRangeText } from '../nat-range.js';
import { arg, checkFlags, fail, find } from '../options.js';
import type { Form, ReadsValue } from '../grammar/form.js';

const syntax: OptionSyntax = { '--to-source': 1, '--random': 0, '--random-fully': 0, '--persistent': 0 };

const rangeText: ReadsValue = (word, option, { family, proto }) => natRangeText(natRange(option, word, [], family, proto), family);

const form: Form = {
  options: {
    '--to-source': { values: [rangeText] },
    '--random': {},
    '--random-fully': {},
    '--persistent': {},
  },
  needs: [['--to-source']],
  tables: ['nat'],
  hooks: ['POSTROUTING', 'INPUT'],
};

/** xt_snat_target_v1 (xt_nat.c). */
export const snatTarget: TargetExtension = {
  name: 'SNAT',
  form,
  options: syntax,
  compile: (options, { family, proto }) => {
    checkFlags(options, syntax);
    const to = find(options, '--to-source') ?? fail({ flag: '--to-source', negated: false, args: [] });
    return { kind: 'nat', manip: 'src', range: natRange(to, arg(to), options, family, proto) };
  },
};
