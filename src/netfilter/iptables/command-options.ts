import type { Family } from '../../address/ip.js';

/** How a value follows an option: none, the next word whatever it is, or only in the same word (`-w5`). */
export type Takes = 'nothing' | 'value' | 'attached';

/** One option of iptables itself (original_opts in iptables/xshared.c). */
export interface CommandOption {
  readonly letter: string;
  /** Its long names; those of one option abbreviate to each other. */
  readonly names: readonly string[];
  readonly takes: Takes;
  readonly kind: 'command' | 'condition' | 'match' | 'jump' | 'goto' | 'counters' | 'table' | 'ignored' | 'family' | 'alone' | 'wait';
}

const of = (kind: CommandOption['kind'], takes: Takes, rows: readonly (readonly [letter: string, ...names: string[]])[]): CommandOption[] =>
  rows.map(([letter, ...names]) => ({ kind, takes, letter, names }));

const ALL: readonly CommandOption[] = [
  ...of('command', 'value', [
    ['A', 'append'],
    ['D', 'delete'],
    ['C', 'check'],
    ['I', 'insert'],
    ['R', 'replace'],
    ['N', 'new-chain'],
    ['E', 'rename-chain'],
    ['P', 'policy'],
  ]),
  ...of('command', 'attached', [
    ['L', 'list'],
    ['S', 'list-rules'],
    ['F', 'flush'],
    ['Z', 'zero'],
    ['X', 'delete-chain'],
  ]),
  ...of('condition', 'value', [
    ['s', 'source', 'src'],
    ['d', 'destination', 'dst'],
    ['p', 'protocol'],
    ['i', 'in-interface'],
    ['o', 'out-interface'],
  ]),
  ...of('condition', 'nothing', [['f', 'fragments']]),
  ...of('match', 'value', [['m', 'match']]),
  ...of('jump', 'value', [['j', 'jump']]),
  ...of('goto', 'value', [['g', 'goto']]),
  ...of('counters', 'value', [['c', 'set-counters']]),
  ...of('table', 'value', [['t', 'table']]),
  ...of('ignored', 'value', [['M', 'modprobe']]),
  ...of('ignored', 'nothing', [['v', 'verbose']]),
  ...of('wait', 'attached', [
    ['w', 'wait'],
    ['W', 'wait-interval'],
  ]),
  ...of('family', 'nothing', [
    ['4', 'ipv4'],
    ['6', 'ipv6'],
  ]),
  // they stand with listings alone, or end the program
  ...of('alone', 'nothing', [
    ['n', 'numeric'],
    ['x', 'exact'],
    ['0', 'line-numbers'],
    ['V', 'version'],
  ]),
  ...of('alone', 'attached', [['h', 'help']]),
];

const byLetter: ReadonlyMap<string, CommandOption> = new Map(ALL.map((option) => [option.letter, option]));

/** Every long name with its option. */
export const longNames: ReadonlyMap<string, CommandOption> = new Map(
  ALL.flatMap((option) => option.names.map((name) => [name, option] as const)),
);

/** @returns the option of a letter; `-0` is no word that people may type. */
export function optionOfLetter(letter: string): CommandOption | undefined {
  return letter === '0' ? undefined : byLetter.get(letter);
}

/** Options of which a rule has one at most (set_option). */
export const ONCE: ReadonlySet<string> = new Set(['s', 'd', 'p', 'i', 'o', 'f', 'c']);

/**
 * Options whose value iptables 1.8.8 and 1.8.9 take from the word before the next one (`argv[optind - 1]` in do_parse), which is the whole word
 * `-ptcp` where it stands in one with its option; before and after them it is `tcp`.
 */
const WHOLE_WORD: ReadonlySet<string> = new Set(['s', 'd', 'p', 'i', 'o', 'j']);

/** Of an address with such a mask the name is not looked at (xtables_ipparse_multiple). */
const NO_MASK = /\/(?:0|0\.0\.0\.0)$/;

/** @returns what is wrong with a value that stands in one word with its option, or undefined where every version reads it. */
export function attachedProblem(option: CommandOption, word: string): string | undefined {
  if (!WHOLE_WORD.has(option.letter) || (/^[sd]$/.test(option.letter) && NO_MASK.test(word))) return undefined;
  return `${word}, which iptables 1.8.8 and 1.8.9 do not read as other versions do: a space must stand before the value`;
}

/** @returns whether a line with `-4` or `-6` is of the other family: its restore passes it by, its command refuses it. */
export function isOfOtherFamily(option: CommandOption, family: Family): boolean {
  return option.kind === 'family' && option.letter !== String(family);
}
