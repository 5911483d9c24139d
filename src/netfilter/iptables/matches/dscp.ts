import { DSCP_MASK, dscpClass, dscpNumber } from '../dscp-classes.js';
import type { MatchExtension } from '../extension.js';
import { conjunction, negatable } from '../options.js';
import type { Predicate } from '../../predicate/predicate.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import type { RuleOption } from '../../../model/netfilter.js';

const is = (dscp: number): Predicate => ({ op: 'masked', field: 'tos', mask: DSCP_MASK, value: dscp << 2 });

const readers = new Map([
  ['--dscp', negatable((option) => is(dscpNumber(option)))],
  ['--dscp-class', negatable((option) => is(dscpClass(option)))],
]);

const dscpText: ReadsValue = (_, option) => `0x${dscpNumber(option).toString(16).padStart(2, '0')}`;
const asNumber = (options: readonly RuleOption[]): readonly RuleOption[] =>
  options.map((option) =>
    option.flag === '--dscp' ? option : { ...option, flag: '--dscp', args: [`0x${dscpClass(option).toString(16).padStart(2, '0')}`] },
  );

const form: Form = {
  options: {
    '--dscp': { values: [dscpText], not: true },
    '--dscp-class': { not: true, without: ['--dscp'] },
  },
  needs: [['--dscp', '--dscp-class']],
  print: asNumber,
};

/** dscp_mt (xt_dscp.c). */
export const dscp: MatchExtension = {
  name: 'dscp',
  form,
  options: { '--dscp': 1, '--dscp-class': 1 },
  compile: (options) => conjunction(options, readers),
};
