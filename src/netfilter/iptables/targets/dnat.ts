import type { OptionSyntax, TargetExtension } from '../extension.js';
import { natRange } from '../nat-range.js';
import { arg, checkFlags, fail, find } from '../options.js';

const syntax: OptionSyntax = { '--to-destination': 1, '--random': 0, '--random-fully': 0, '--persistent': 0 };

/** xt_dnat_target_v2 (xt_nat.c). */
export const dnatTarget: TargetExtension = {
  name: 'DNAT',
  options: syntax,
  compile: (options, { family, proto }) => {
    checkFlags(options, syntax);
    const to = find(options, '--to-destination') ?? fail({ flag: '--to-destination', negated: false, args: [] });
    return { kind: 'nat', manip: 'dst', range: natRange(to, arg(to), options, family, proto) };
  },
};
