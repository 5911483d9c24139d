import { DSCP_MASK, dscpClass, dscpNumber } from '../dscp-classes.js';
import type { MatchExtension } from '../extension.js';
import { conjunction, negatable } from '../options.js';
import type { Predicate } from '../../predicate/predicate.js';

const is = (dscp: number): Predicate => ({ op: 'masked', field: 'tos', mask: DSCP_MASK, value: dscp << 2 });

const readers = new Map([
  ['--dscp', negatable((option) => is(dscpNumber(option)))],
  ['--dscp-class', negatable((option) => is(dscpClass(option)))],
]);

/** dscp_mt (xt_dscp.c). */
export const dscp: MatchExtension = {
  name: 'dscp',
  options: { '--dscp': 1, '--dscp-class': 1 },
  compile: (options) => conjunction(options, readers),
};
