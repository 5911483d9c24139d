import type { RuleOption } from '../../../model/netfilter.js';
import { NotLoaded, type MatchExtension } from '../extension.js';
import { arg, conjunction, negatable, plain, unknown, written, type Read } from '../options.js';
import type { Predicate } from '../../predicate/predicate.js';
import type { OwnerQuery } from '../../predicate/question.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { U32, fail, unsigned } from '../options.js';

function question(detail: string, option: RuleOption): Predicate {
  return unknown('owner', `${detail} (${written('-m owner', [{ ...option, negated: false }])})`, { yes: 'owner', no: 'other' });
}

const asks = (detail: string): Read => negatable((option) => question(detail, option));

/** The ids that an option names; undefined where it names a user or group that only the host knows. */
function named(option: RuleOption): OwnerQuery['ranges'] | undefined {
  const [lo = '', hi = lo] = ids(arg(option), option).split('-');
  return /^\d+$/.test(lo) && /^\d+$/.test(hi) ? [[Number(lo), Number(hi)]] : undefined;
}

function about(id: OwnerQuery['id'], detail: string): Read {
  return negatable((option) => {
    const ranges = named(option);
    const asked = question(detail, option);
    return ranges === undefined || asked.op !== 'unknown' ? asked : { ...asked, question: { ...asked.question, owner: { id, ranges } } };
  });
}

const readers = new Map([
  ['--uid-owner', about('uid', 'the user of the process that sends')],
  ['--gid-owner', about('gid', 'the group of the process that sends')],
  ['--socket-exists', negatable(() => ({ op: 'owned' }))],
  ['--pid-owner', asks('the process that sends')],
  ['--sid-owner', asks('the session of the process that sends')],
  ['--cmd-owner', asks('the command that sends')],
]);

/** With the process's other groups the option for its group asks for any of them; without a socket no packet matches, not even `!`. */
const withGroups: ReadonlyMap<string, Read> = new Map([
  ...readers,
  ['--gid-owner', asks('the groups of the process that sends')],
  ['--suppl-groups', plain(() => ({ op: 'owned' }))],
]);

/** `A`, `A-B` or `A:B` of ids, upright (owner_parse_range), or a name that only the host knows. */
function ids(word: string, option: RuleOption): string {
  const [lo = '', hi, ...more] = word.split(/[-:]/);
  if (!/^[+\s]*\d/.test(word)) return word === '' || word.startsWith('-') ? fail(option) : word === 'root' ? '0' : word;
  const from = unsigned(option, lo, U32 - 1);
  const to = hi === undefined ? from : unsigned(option, hi, U32 - 1);
  return more.length > 0 || from > to ? fail(option) : from === to ? String(from) : `${from}-${to}`;
}

const userId: ReadsValue = ids;
const groupId: ReadsValue = ids;

/** `--suppl-groups` is read when `--gid-owner` has been. */
function groupFirst(options: readonly RuleOption[]): void {
  const flags = options.map(({ flag }) => flag);
  if (flags.indexOf('--suppl-groups') >= 0 && flags.indexOf('--suppl-groups') < flags.indexOf('--gid-owner'))
    throw new NotLoaded('--suppl-groups', 'before --gid-owner');
}

const form: Form = {
  options: {
    '--socket-exists': { not: true },
    '--uid-owner': { values: [userId], not: true },
    '--gid-owner': { values: [groupId], not: true },
    '--suppl-groups': { with: ['--gid-owner'] },
    '--pid-owner': { not: true },
    '--sid-owner': { not: true },
    '--cmd-owner': { not: true },
  },
  needs: [['--socket-exists', '--uid-owner', '--gid-owner', '--pid-owner', '--sid-owner', '--cmd-owner']],
  hooks: ['OUTPUT', 'POSTROUTING'],
  check: groupFirst,
};

/** owner_mt (xt_owner.c): a packet without a socket of this namespace matches where every option used is negated. */
export const owner: MatchExtension = {
  name: 'owner',
  form,
  options: {
    '--uid-owner': 1,
    '--gid-owner': 1,
    '--socket-exists': 0,
    '--suppl-groups': 0,
    '--pid-owner': 1,
    '--sid-owner': 1,
    '--cmd-owner': 1,
  },
  compile: (options) => conjunction(options, options.some(({ flag }) => flag === '--suppl-groups') ? withGroups : readers),
};
