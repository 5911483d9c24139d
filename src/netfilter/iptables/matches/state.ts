import { begunList, ctState } from '../ct-state.js';
import type { MatchExtension } from '../extension.js';
import { conjunction } from '../options.js';
import { CT_STATE } from '../../predicate/predicate.js';
import type { Form } from '../grammar/form.js';

const STATES = new Map(Object.entries(CT_STATE).filter(([name]) => name !== 'SNAT' && name !== 'DNAT'));
const readers = new Map([['--state', (option: Parameters<typeof ctState>[0]) => ctState(option, STATES)]]);

const form: Form = {
  options: {
    '--state': { values: [begunList(['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED'])], not: true },
  },
  needs: [['--state']],
};

/** The older name of `-m conntrack --ctstate`, without SNAT and DNAT. */
export const state: MatchExtension = {
  name: 'state',
  tracks: true,
  form,
  options: { '--state': 1 },
  compile: (options) => conjunction(options, readers),
};
