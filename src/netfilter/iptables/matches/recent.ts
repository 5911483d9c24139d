import type { RuleOption } from '../../../model/netfilter.js';
import type { MatchExtension, OptionSyntax } from '../extension.js';
import type { OptionContext } from '../grammar/form.js';
import { U16, U32, arg, checkFlags, fail, find, unknown, unsigned, written } from '../options.js';
import { TRUE, negateIf } from '../../predicate/predicate.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { host, inKernel, number } from '../grammar/values.js';
import { utf8 } from '../../../address/utf8.js';

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

const listName: ReadsValue = (word, option) => (word === '' || word.includes('/') || utf8(word).length > 199 ? fail(option) : word);

/** More than Linux keeps of an address is refused (XT_RECENT_MAX_NSTAMPS), none is not printed. */
const hits: ReadsValue = (word, option) => {
  const value = unsigned(option, word, U16);
  return value === 0 ? undefined : String(value);
};

/** The list, its mask and the side are printed always (recent_save); of two sides the later one holds (recent_parse). */
function withList(options: readonly RuleOption[], { family }: OptionContext, asWritten: readonly RuleOption[]): readonly RuleOption[] {
  const made = (flag: string, ...args: readonly string[]): RuleOption => ({ flag, negated: false, args });
  const whole = family === 4 ? '255.255.255.255' : 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';
  const told = options.filter(({ flag }) => !['--name', '--mask', '--rsource', '--rdest'].includes(flag));
  return [
    ...told,
    find(options, '--name') ?? made('--name', 'DEFAULT'),
    find(options, '--mask') ?? made('--mask', whole),
    made(asWritten.findLast(({ flag }) => flag === '--rdest' || flag === '--rsource')?.flag ?? '--rsource'),
  ];
}

const form: Form = {
  options: {
    '--set': { not: true },
    '--rcheck': { not: true },
    '--update': { not: true },
    '--remove': { not: true },
    '--seconds': { values: [number(U32, 1)], without: ['--set', '--remove'] },
    '--reap': { with: ['--seconds'] },
    '--hitcount': { values: [inKernel(hits, number(U32))], without: ['--set', '--remove'] },
    '--rttl': { without: ['--set', '--remove'] },
    '--name': { values: [inKernel(listName)] },
    '--mask': { values: [host] },
    '--rsource': {},
    '--rdest': {},
  },
  needs: [['--set', '--rcheck', '--update', '--remove']],
  print: withList,
};

/**
 * recent_mt (xt_recent.c): `--set` always matches; the others ask a list that no snapshot holds. A fresh packet's address is in
 * none, unless a `--set` before put it there: then it was seen once.
 */
export const recent: MatchExtension = {
  name: 'recent',
  form,
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
