import type { RuleOption } from '../../model/netfilter.js';
import { arg, fail, unsigned, valueMask } from './options.js';

/** `field = (field & ~mask) ^ value`. */
export interface MarkOp {
  readonly mask: number;
  readonly value: number;
}

/** @returns the change that `--{and,or,xor,set}-NAME` and `--set-xNAME` write, over fields of `max`'s bits. */
export function markOp(option: RuleOption, max: number): MarkOp {
  const text = arg(option);
  if (option.flag.startsWith('--and-')) return { mask: (max & ~unsigned(option, text, max)) >>> 0, value: 0 };
  if (option.flag.startsWith('--or-')) {
    const bits = unsigned(option, text, max);
    return { mask: bits, value: bits };
  }
  if (option.flag.startsWith('--xor-')) return { mask: 0, value: unsigned(option, text, max) };
  const { value, mask } = valueMask(option, text, max);
  return option.flag === '--set-mark' ? { mask: (mask | value) >>> 0, value } : { mask, value };
}

/** @returns the one option that says what to do; none or a second is refused. */
export function onlyOne(options: readonly RuleOption[], name: string): RuleOption {
  const [first, second] = options;
  return first === undefined || second !== undefined ? fail(second ?? { flag: '-j', negated: false, args: [name] }) : first;
}

/** @returns the option that changes a mark as iptables-save prints it: `--set-xNAME VALUE/MASK`, whatever was written. */
export function xmark(option: RuleOption, max: number, flag: string, print: (value: number) => string): RuleOption {
  const { value, mask } = markOp(option, max);
  return { flag, negated: false, args: [`${print(value)}/${print(mask)}`] };
}
