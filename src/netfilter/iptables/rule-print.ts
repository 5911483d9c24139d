import type { RuleOption, RuleSpec } from '../../model/netfilter.js';

/** Options whose value iptables-save writes with xtables_save_string: in quotes unless it is letters, digits, `-` and `_`. */
const STRINGS: ReadonlySet<string> = new Set(['--comment', '--helper', '--log-prefix', '--nflog-prefix', '--ulog-prefix', '--path']);
/** Options whose value is always in quotes; one that only a single match quotes carries the match's name. */
const ALWAYS_QUOTED: ReadonlySet<string> = new Set([
  '--u32',
  '--bytecode',
  '--string',
  '--hex-string',
  '--led-trigger-id',
  'connlabel --label',
]);

function inQuotes(value: string): string {
  return `"${value.replace(/["\\']/g, '\\$&')}"`;
}

function printValue(extension: string, flag: string, value: string): string {
  if (ALWAYS_QUOTED.has(flag) || ALWAYS_QUOTED.has(`${extension} ${flag}`)) return `"${value.replace(/["\\]/g, '\\$&')}"`;
  if (STRINGS.has(flag)) return /^[\w-]+$/.test(value) ? value : inQuotes(value);
  return value === '' || value === '!' || /[\s"]/.test(value) ? inQuotes(value) : value;
}

function printOption(extension: string, option: RuleOption): string {
  return [option.negated ? '!' : '', option.flag, ...option.args.map((value) => printValue(extension, option.flag, value))]
    .filter((word, index) => index > 0 || word !== '')
    .join(' ');
}

/** @returns the rule as iptables-save writes one, whatever its spelling was. */
export function canonicalRule(chain: string, spec: RuleSpec): string {
  const words = ['-A', chain];
  for (const match of spec.matches) {
    if (match.module !== '') words.push('-m', match.module);
    words.push(...match.options.map((option) => printOption(match.module, option)));
  }
  const { target } = spec;
  if (target !== undefined)
    words.push(target.goto ? '-g' : '-j', target.name, ...target.options.map((option) => printOption(target.name, option)));
  return words.join(' ');
}

/** @returns the very line that the rule was read from. */
export function printRule(chain: string, spec: RuleSpec): string {
  return spec.spelling ?? canonicalRule(chain, spec);
}
