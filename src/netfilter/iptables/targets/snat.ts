import type { OptionSyntax, TargetExtension } from '../extension.js';
import { natRange } from '../nat-range.js';
import { arg, checkFlags, fail, find } from '../options.js';

const syntax: OptionSyntax = { '--to-source': 1, '--random': 0, '--random-fully': 0, '--persistent': 0 };

/** xt_snat_target_v1 (xt_nat.c). */
export const snatTarget: TargetExtension = {
  name: 'SNAT',
  options: syntax,
  compile: (options, { family, proto }) => {
    checkFlags(options, syntax);
    const to = find(options, '--to-source') ?? fail({ flag: '--to-source', negated: false, args: [] });
    return { kind: 'nat', manip: 'src', range: natRange(to, arg(to), options, family, proto) };
  },
};
