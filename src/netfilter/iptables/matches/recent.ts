import type { RuleOption } from '../../../model/netfilter.js';
import type { MatchExtension, OptionSyntax } from '../extension.js';
import { U32, arg, checkFlags, fail, find, unknown, unsigned, written } from '../options.js';
import { TRUE, negateIf } from '../../predicate/predicate.js';

const syntax: OptionSyntax = {
  '--set': 0,
  '--rcheck': 0,
  '--update': 0,
  '--remove': 0,
  '--seconds': 1,
  '--reap': 0,
  '--hitcount': 1,
  '--rttl': 0,
  '--name': 1,
  '--rsource': 0,
  '--rdest': 0,
  '--mask': 1,
};
const MODES = ['--set', '--rcheck', '--update', '--remove'];

function modeOf(options: readonly RuleOption[]): RuleOption {
  const [mode, second] = options.filter((option) => MODES.includes(option.flag));
  return mode === undefined || second !== undefined ? fail(second ?? { flag: '-m', negated: false, args: ['recent'] }) : mode;
}

/**
 * recent_mt (xt_recent.c): `--set` always matches; the others ask a list that no snapshot holds. A fresh packet's address is in
 * none, unless a `--set` before put it there: then it was seen once.
 */
export const recent: MatchExtension = {
  name: 'recent',
  options: syntax,
  compile: (options) => {
    checkFlags(options, syntax, MODES);
    const mode = modeOf(options);
    for (const option of options) if (option.flag === '--seconds' || option.flag === '--hitcount') unsigned(option, arg(option), U32);
    if (mode.flag === '--set') {
      const wrong = find(options, '--seconds', '--hitcount', '--reap');
      return wrong === undefined ? negateIf(mode.negated, TRUE) : fail(wrong);
    }
    const hitcount = find(options, '--hitcount');
    const hits = hitcount === undefined ? 1 : Number(hitcount.args[0]);
    const name = find(options, '--name')?.args[0] ?? 'DEFAULT';
    const shown = written(
      '-m recent',
      options.map((option) => ({ ...option, negated: false })),
    );
    return negateIf(
      mode.negated,
      unknown('recent', `whether the address is in the list ${name} (${shown})`, {
        yes: 'listed',
        no: 'unlisted',
        fresh: false,
        ...(hits < 2 && { unlessSet: name }),
      }),
    );
  },
};
