import type { RuleOption } from '../../model/netfilter.js';
import { arg, fail, unsigned } from './options.js';

/** The DSCP field's bits of the TOS byte. */
export const DSCP_MASK = 0xfc;

/** The TOS names of iptables (RFC 1349), with the mask they are compared under. */
const TOS_NAMES: ReadonlyMap<string, number> = new Map([
  ['minimize-delay', 0x10],
  ['maximize-throughput', 0x08],
  ['maximize-reliability', 0x04],
  ['minimize-cost', 0x02],
  ['normal-service', 0x00],
]);
const TOS_NAME_MASK = 0x3f;

/** A name is known by its beginning: what stands behind it is not looked at (class_to_dscp). */
function classValue(name: string): number | undefined {
  const upper = name.toUpperCase();
  const selector = /^CS([0-7])/.exec(upper);
  if (selector) return Number(selector[1]) << 3;
  const assured = /^AF([1-4])([1-3])/.exec(upper);
  if (assured) return (Number(assured[1]) << 3) | (Number(assured[2]) << 1);
  return upper.startsWith('BE') ? 0 : upper.startsWith('EF') ? 0x2e : undefined;
}

/** @returns the DSCP of a number (0-63). */
export function dscpNumber(option: RuleOption): number {
  return unsigned(option, arg(option), 63);
}

/** @returns the DSCP of a DiffServ class (RFC 2474, 2597, 3246). */
export function dscpClass(option: RuleOption): number {
  return classValue(arg(option)) ?? fail(option);
}

/** @returns the value and mask of a TOS name (tos_parse_symbolic), undefined for other text. */
export function tosName(text: string): { readonly value: number; readonly mask: number } | undefined {
  const value = TOS_NAMES.get(text.toLowerCase());
  return value === undefined ? undefined : { value, mask: TOS_NAME_MASK };
}
