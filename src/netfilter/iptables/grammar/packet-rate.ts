import type { RuleOption } from '../../../model/netfilter.js';
import { fail } from '../options.js';

/** Units of a rate, the longest first, as they are printed. */
const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['min', 60],
  ['sec', 1],
];

/** The same, as they are typed: by their first letters. */
const TYPED: readonly (readonly [name: string, seconds: number])[] = [
  ['second', 1],
  ['minute', 60],
  ['hour', 3600],
  ['day', 86_400],
];

/** @returns the seconds of the unit of `N[/UNIT]`. @throws UnreadableOption where it is none. */
export function unitOf(word: string, option: RuleOption): number {
  const [, unit = 's', ...more] = word.split('/');
  const [, seconds] = TYPED.find(([name]) => unit !== '' && name.startsWith(unit.toLowerCase())) ?? [];
  return seconds === undefined || more.length > 0 ? fail(option) : seconds;
}

/** Whether print_rate goes on to a unit of so many parts: a packet comes within it, and little is left over. */
const fits = (period: number, unit: number): boolean => period <= unit && Math.floor(unit / period) >= unit % period;

/**
 * Reads `N[/UNIT]` (parse_rate of libxt_limit.c and libxt_hashlimit.c) and prints it as they do (print_rate).
 * @param scale in how many parts of a second the kernel counts.
 * @throws UnreadableOption where iptables refuses it.
 */
export function packetRate(word: string, option: RuleOption, scale: number): string {
  const seconds = unitOf(word, option);
  const count = Number.parseInt(word, 10);
  if (!(count > 0) || count / seconds > scale) return fail(option);
  const period = Math.floor((scale * seconds) / count);
  const ends = UNITS.findIndex(([, each], at) => at > 0 && !fits(period, each * scale));
  const [name, length] = UNITS.at(ends < 0 ? -1 : ends - 1) ?? ['day', 86_400];
  return `${Math.floor((length * scale) / period)}/${name}`;
}
