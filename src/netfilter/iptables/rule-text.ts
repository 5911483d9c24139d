import type { RuleMatch, RuleSpec, RuleTarget } from '../../model/netfilter.js';
import { canonicalRule } from './rule-print.js';
import { RuleReader, type RuleContext } from './rule-reader.js';
import { tokenize } from './rule-tokens.js';

export type { RuleContext } from './rule-reader.js';

/** iptables-restore's line buffer: no rule is longer. */
const LONGEST = 10_240;

/** A rule's reading; whether it is spelt as iptables-save would is found out only when it is printed. */
class ParsedSpec implements RuleSpec {
  declare readonly target?: RuleTarget;
  readonly #text: string;
  readonly #chain: string;

  constructor(
    text: string,
    chain: string,
    readonly matches: readonly RuleMatch[],
    target: RuleTarget | undefined,
    readonly errors: readonly string[],
  ) {
    this.#text = text;
    this.#chain = chain;
    if (target !== undefined) this.target = target;
  }

  get spelling(): string | undefined {
    return canonicalRule(this.#chain, this) === this.#text ? undefined : this.#text;
  }
}

/**
 * Reads one rule of iptables-save (`-A CHAIN …`) as iptables reads its options (do_command4, command_default).
 * Extensions that are not known keep their options, by shape, and are named in `errors`.
 * @param text the line without counters.
 * @returns the chain and what the rule says; `printRule` gives `text` back.
 */
export function parseRule(text: string, context: RuleContext): { readonly chain: string; readonly spec: RuleSpec } {
  if (text.length > LONGEST) return { chain: '', spec: new ParsedSpec(text, '', [], undefined, [`longer than ${LONGEST} characters`]) };
  const { tokens, closed } = tokenize(text);
  const chain = tokens[1]?.text ?? '';
  const { matches, target, errors } = new RuleReader(tokens, context, 2).read();
  return { chain, spec: new ParsedSpec(text, chain, matches, target, closed ? errors : [...errors, 'a quote is not closed']) };
}
