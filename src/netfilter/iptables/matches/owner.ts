import type { RuleOption } from '../../../model/netfilter.js';
import type { MatchExtension } from '../extension.js';
import { conjunction, negatable, plain, unknown, written, type Read } from '../options.js';
import type { Predicate } from '../../predicate/predicate.js';

function question(detail: string, option: RuleOption): Predicate {
  return unknown('owner', `${detail} (${written('-m owner', [{ ...option, negated: false }])})`, { yes: 'owner', no: 'other' });
}

const asks = (detail: string): Read => negatable((option) => question(detail, option));

const readers = new Map([
  ['--uid-owner', asks('the user of the process that sends')],
  ['--gid-owner', asks('the group of the process that sends')],
  ['--socket-exists', negatable(() => ({ op: 'owned' }))],
  ['--suppl-groups', plain((option) => question('whether a socket of this host sends', option))],
  ['--pid-owner', asks('the process that sends')],
  ['--sid-owner', asks('the session of the process that sends')],
  ['--cmd-owner', asks('the command that sends')],
]);

/** owner_mt (xt_owner.c): a packet without a socket of this namespace matches where every option used is negated. */
export const owner: MatchExtension = {
  name: 'owner',
  options: {
    '--uid-owner': 1,
    '--gid-owner': 1,
    '--socket-exists': 0,
    '--suppl-groups': 0,
    '--pid-owner': 1,
    '--sid-owner': 1,
    '--cmd-owner': 1,
  },
  compile: (options) => conjunction(options, readers),
};
