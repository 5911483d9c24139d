import { LEFT_OUT } from '../../secrets/index.js';
import type { Rule, RuleMatch, RuleOption, RuleTarget } from '../../model/netfilter.js';

/** Options whose one value is any text, or a device's name: getopt_long takes the next word for it, whatever that is. */
const TEXTS: ReadonlySet<string> = new Set(['--comment', '--log-prefix', '--nflog-prefix', '--string', '--hex-string', '-i', '-o']);

/** A value that iptables might take for another option, of which one runs a program (`--modprobe`). */
function isMistaken({ flag, args }: RuleOption): boolean {
  return !(TEXTS.has(flag) && args.length === 1) && args.some((value) => /^(?:!|--?[A-Za-z])/.test(value));
}

/** A comment that was not taken off the host, or not read: the rule that the kernel has holds another. */
const isLeftOut = ({ args }: RuleOption): boolean => args.includes(LEFT_OUT);

function optionWords(option: RuleOption): readonly string[] {
  return [...(option.negated ? ['!'] : []), option.flag, ...option.args];
}

function sectionWords(head: readonly string[], { options }: RuleMatch | RuleTarget): readonly string[] {
  return [...head, ...options.flatMap(optionWords)];
}

/**
 * @returns the words after the chain's name that iptables is given to say this rule (`-s`, `10.0.0.1/32`, `-j`, `DROP`); undefined where not all of
 *   the rule is shown and understood, since a word that is none of a match's own may be an option of iptables itself (`--modprobe`).
 */
export function ruleWords({ spec, hidden }: Pick<Rule, 'spec' | 'hidden'>): readonly string[] | undefined {
  const { matches, target, errors } = spec;
  const options = [...matches, ...(target === undefined ? [] : [target])].flatMap((section) => section.options);
  if (hidden !== undefined || errors.length > 0 || options.some((option) => isMistaken(option) || isLeftOut(option))) return undefined;
  return [
    ...matches.flatMap((match) => sectionWords(match.module === '' ? [] : ['-m', match.module], match)),
    ...(target === undefined ? [] : sectionWords([target.goto ? '-g' : '-j', target.name], target)),
  ];
}

/** @returns words as iptables-save writes them on one line (add_param_to_argv reads them back). */
export function saveLine(words: readonly string[]): string {
  return words.map((word) => (word === '' || /[\s"'\\]/.test(word) ? `"${word.replace(/["\\]/g, '\\$&')}"` : word)).join(' ');
}
