import type { RuleOption } from '../../../model/netfilter.js';
import type { ReadsValue } from '../grammar/form.js';
import { packetRate, unitOf } from '../grammar/packet-rate.js';
import { U32, arg, fail } from '../options.js';

/** Millionths, in which the kernel counts since revision 2 (XT_HASHLIMIT_SCALE_v2). */
export const SCALE = 1_000_000;
export const SIZES: readonly (readonly [name: string, bytes: number])[] = [
  ['mb', 2 ** 20],
  ['kb', 2 ** 10],
];

/** Whether it is a rate of bytes. */
export const isOfBytes = ({ args }: RuleOption): boolean => args[0]?.includes('b/s') === true;

/** `512kb`: a number with what its first letter stands for; any but `k` and `m`, `g` as well, are nothing (parse_burst, parse_bytes). */
export function sizeOf(word: string, option: RuleOption): number {
  const [, digits, letter] = /^\s*\+?(\d+)(.?)/.exec(word) ?? fail(option);
  return Number(digits) * (letter === 'k' ? 2 ** 10 : letter === 'm' ? 2 ** 20 : 1);
}

/** The bytes of a second as the kernel's cost of 16 of them gives them back (bytes_to_cost, cost_to_bytes): less than 16 are none. */
export function keptBytes(rate: RuleOption): number {
  const bytes = sizeOf(arg(rate), rate) || fail(rate);
  const cost = Math.floor(U32 / ((Math.floor(bytes / 16) % 2 ** 32) + 1));
  return (Math.floor(U32 / cost) - 1) * 16;
}

/** A rate of packets in the largest unit that holds it (print_rate), or of bytes in the largest size that divides it. */
export const hashRate: ReadsValue = (word, option) => {
  if (isOfBytes(option)) {
    const bytes = keptBytes(option);
    const [name, size] = SIZES.find(([, each]) => bytes >= each && bytes % each === 0) ?? ['b', 1];
    return `${bytes / size}${name}/s`;
  }
  return packetRate(word, option, SCALE);
};

/** Milliseconds that a bucket of a rate of bytes lives, unless told otherwise (XT_HASHLIMIT_BYTE_EXPIRE). */
const BYTES_EXPIRE = 15_000;

/** What is printed of a rate and of what hangs on the unit that it is written with. */
export interface PrintedRate {
  readonly rate: string;
  /** Milliseconds; absent where it is what the printed unit says anyway. */
  readonly expire?: string;
  /** Seconds, of a match of rates; absent where it is one. */
  readonly interval?: string;
}

/**
 * A rate as iptables keeps and prints it (hashlimit_mt_check, hashlimit_print_rate): a bucket lives as long as the unit that was written, which is
 * told where another is printed. A match of rates counts packets by the second, in intervals of that unit.
 * @param written the rate as it stands in the rule.
 */
export function printedRate(
  written: RuleOption,
  expire: string | undefined,
  matchesRate: boolean,
  interval: string | undefined,
): PrintedRate {
  const rate = hashRate(arg(written), written, { family: 4, proto: 0 }) ?? '';
  const bytes = isOfBytes(written);
  const unit = bytes ? 1 : unitOf(arg(written), written);
  const kept = expire ?? String(bytes ? BYTES_EXPIRE : unit * 1000);
  const every = interval ?? String(unit);
  const bySecond = matchesRate && !bytes;
  const printed = bySecond ? `${perSecond(arg(written), written, unit)}/sec` : rate;
  const usual = bytes ? BYTES_EXPIRE : unitOf(printed, written) * 1000;
  return {
    rate: printed,
    ...(kept !== String(usual) && { expire: kept }),
    ...(matchesRate && every !== '1' && { interval: every }),
  };
}

/** A rate of which the kernel keeps nothing is refused by it. */
function perSecond(word: string, option: RuleOption, unit: number): number {
  const period = Math.floor(Math.floor((SCALE * unit) / Number.parseInt(word, 10)) / unit);
  return period === 0 ? fail(option) : Math.floor(SCALE / period);
}
