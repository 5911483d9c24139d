import type { RuleOption } from '../../model/netfilter.js';
import type { Family } from '../../address/ip.js';
import { UnreadableOption } from './extension.js';
import { checkOptions } from './grammar/check.js';
import { readProtocol } from './numbers.js';
import { findMatch, findTarget } from './registry.js';
import type { RuleWords } from './rule-reader.js';

/** Addresses are read when the whole rule was; the other conditions of iptables itself at their word (do_parse, ipv4_post_parse). */
const AT_ITS_WORD: ReadonlySet<string> = new Set(['-i', '--in-interface', '-o', '--out-interface', '-p', '--protocol', '--proto']);

function problemOf(check: () => unknown): readonly string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof UnreadableOption) return [error.message];
    throw error;
  }
}

/**
 * What iptables-restore refuses of the words before a `-6` (for ip6tables `-4`) at which it stops: each option when it is read, nothing of what is
 * asked of the rule as a whole. That a target is not known is left to its end as well.
 * @returns what is wrong with them.
 */
export function problemsBefore({ matches, target, errors, late }: RuleWords, family: Family): readonly string[] {
  const own = matches.filter(({ module }) => module === '').flatMap(({ options }) => options);
  const named = own.filter(({ flag }) => /^(?:-p|--proto)/.test(flag)).at(-1);
  const proto = named === undefined || named.negated ? 0 : (readProtocol(named.args[0] ?? '') ?? 0);
  const conditions = own.filter(({ flag }) => AT_ITS_WORD.has(flag));
  const builtin = findMatch('', family);
  const extensions: readonly (readonly [form: Parameters<typeof checkOptions>[0] | undefined, options: readonly RuleOption[]])[] = [
    ...matches.filter(({ module }) => module !== '').map(({ module, options }) => [findMatch(module, family)?.form, options] as const),
    ...(target === undefined ? [] : [[findTarget(target.name)?.form, target.options] as const]),
  ];
  return [
    ...errors.filter((error) => !late.has(error)),
    ...problemOf(() => builtin?.compile(conditions, { family, proto })),
    ...extensions.flatMap(([form, options]) =>
      form === undefined ? [] : problemOf(() => checkOptions(form, options, { family, proto, early: true })),
    ),
  ];
}
