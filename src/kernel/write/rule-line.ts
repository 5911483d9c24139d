import type { RuleOption, RuleSpec } from '../../model/netfilter.js';
import { CHAIN, refusal } from '../../names/index.js';
import { bareFault, writtenLine, type CommandWords, type Writing, type WrittenLine } from './words.js';

/** Options whose value is free text: getopt takes it whatever it begins with (has_arg of libxt_comment, libxt_LOG, libxt_NFLOG, libxt_string). */
const FREE_TEXT: ReadonlySet<string> = new Set([
  '--comment',
  '--log-prefix',
  '--nflog-prefix',
  '--ulog-prefix',
  '--string',
  '--hex-string',
]);
const PLAIN = /^[\w./:,@%+=!-]+$/;
const CONTROL = /[\p{Cc}\ufffd\u2028\u2029]/u;
/** add_param_to_argv (iptables/xshared.c) reads words of no more bytes. */
const LONGEST = 1000;

/** A word as add_param_to_argv reads it back: in quotes, where a backslash takes the next character as it is, unless it is plain. */
function quoted(word: string): string {
  return PLAIN.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`;
}

function wordFault(word: string): string | undefined {
  if (CONTROL.test(word)) return 'a word of it holds a control character';
  return word.length > LONGEST ? `a word of it is longer than ${LONGEST} characters` : undefined;
}

function optionWords({ flag, negated, args }: RuleOption): CommandWords | { readonly fault: string } {
  if (!FREE_TEXT.has(flag) && args.some((arg) => arg.startsWith('-')))
    return { fault: `the value of ${flag} begins with -, as an option does` };
  return [...(negated ? ['!'] : []), flag, ...args];
}

/**
 * A rule as `iptables-restore` reads it, put together from what was understood of it: a rule with a word that was not is
 * not written, for iptables has options of its own that do more than match (`--modprobe` runs a program).
 */
export function ruleLine(chain: string, spec: RuleSpec): Writing {
  if (spec.errors.length > 0) return { fault: `it is not understood (${spec.errors.join('; ')})` };
  const all: string[] = ['-A', chain];
  const add = (options: readonly RuleOption[]): string | undefined => {
    for (const option of options) {
      const made = optionWords(option);
      if ('fault' in made) return made.fault;
      all.push(...made);
    }
    return undefined;
  };
  for (const { module, options } of spec.matches) {
    if (module !== '') all.push('-m', module);
    const fault = add(options);
    if (fault !== undefined) return { fault };
  }
  if (spec.target !== undefined) {
    all.push(spec.target.goto ? '-g' : '-j', spec.target.name);
    const fault = add(spec.target.options);
    if (fault !== undefined) return { fault };
  }
  const fault = nameFault(chain, spec) ?? all.map(wordFault).find((found) => found !== undefined);
  return fault === undefined ? { line: writtenLine(all.map(quoted).join(' ')) } : { fault };
}

/** A chain that is jumped to, or an extension: neither begins with `-`. */
function nameFault(chain: string, { matches, target }: RuleSpec): string | undefined {
  const odd = matches.find(({ module }) => module !== '' && !/^\w[\w-]*$/.test(module));
  if (odd !== undefined) return `no match is called ${odd.module}`;
  return refusal(CHAIN, chain) ?? (target === undefined ? undefined : refusal(CHAIN, target.name));
}

/** @returns `*filter`; the names of tables are ours. */
export function tableLine(table: string): WrittenLine {
  return writtenLine(`*${table}`);
}

/** @returns `:FORWARD DROP [0:0]`. */
export function chainLine(chain: string, policy: 'ACCEPT' | 'DROP' | undefined): Writing {
  const fault = refusal(CHAIN, chain) ?? bareFault(chain);
  return fault === undefined ? { line: writtenLine(`:${chain} ${policy ?? '-'} [0:0]`) } : { fault };
}

/** Ends a table. */
export const COMMIT: WrittenLine = writtenLine('COMMIT');
