import type { Family } from '../../address/ip.js';
import type { OptionSyntax } from './extension.js';
import { protocolNumber } from '../protocols.js';
import { builtinOptions, findMatch, findTarget, implicitMatch } from './registry.js';
import type { RuleMatch, RuleOption, RuleSpec, RuleTarget } from '../../model/netfilter.js';
import { canonicalRule } from './rule-print.js';
import { startsOption, tokenize, type Token } from './rule-tokens.js';

export interface RuleContext {
  readonly family: Family;
  /** Whether a name is a chain of the rule's table; without it every unknown target is taken for one. */
  readonly isChain?: (name: string) => boolean;
}

/** Options of one `-m`, of `-j`, or of iptables itself; without a syntax the extension is unknown. */
interface Section {
  readonly module: string;
  readonly target: boolean;
  readonly syntax: OptionSyntax | undefined;
  readonly options: RuleOption[];
}

/** iptables-restore's line buffer: no rule is longer. */
const LONGEST = 10_240;
const PROTOCOL_FLAGS: ReadonlySet<string> = new Set(['-p', '--protocol', '--proto']);
const MATCH_FLAGS: ReadonlySet<string> = new Set(['-m', '--match']);
const JUMP_FLAGS: ReadonlySet<string> = new Set(['-j', '--jump']);
const GOTO_FLAGS: ReadonlySet<string> = new Set(['-g', '--goto']);
const COUNTER_FLAGS: ReadonlySet<string> = new Set(['-c', '--set-counters']);

class RuleReader {
  private readonly sections: Section[] = [];
  private readonly matches: RuleMatch[] = [];
  private targetOptions: readonly RuleOption[] = [];
  private targets = 0;
  private readonly errors: string[] = [];
  private target: { readonly name: string; readonly goto: boolean } | undefined;
  private current: Section | undefined;
  private proto = 0;
  private at: number;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly context: RuleContext,
    from: number,
  ) {
    this.at = from;
  }

  read(): { matches: readonly RuleMatch[]; target: RuleTarget | undefined; errors: readonly string[] } {
    while (this.at < this.tokens.length) this.option();
    const target: RuleTarget | undefined = this.target && { ...this.target, options: this.targetOptions };
    return { matches: this.matches, target, errors: this.errors };
  }

  private next(): Token | undefined {
    return this.tokens[this.at++];
  }

  private open(module: string, target: boolean, syntax: OptionSyntax | undefined): void {
    const options: RuleOption[] = [];
    this.current = { module, target, syntax, options };
    this.sections.push(this.current);
    if (!target) this.matches.push({ module, options });
    else if (this.targets++ === 0) this.targetOptions = options;
  }

  /** Reads one option with its negation and values. */
  private option(): void {
    const first = this.next();
    const negated = first?.text === '!' && !first.quoted;
    const token = negated ? this.next() : first;
    if (token === undefined || !startsOption(token)) {
      this.errors.push(token === undefined ? '"!" without an option' : `unexpected "${token.text}"`);
      return;
    }
    const flag = token.text;
    if (negated && (MATCH_FLAGS.has(flag) || JUMP_FLAGS.has(flag) || GOTO_FLAGS.has(flag) || COUNTER_FLAGS.has(flag)))
      this.errors.push(`"!" does not go before ${flag}`);
    if (MATCH_FLAGS.has(flag)) this.openMatch(this.name(flag));
    else if (JUMP_FLAGS.has(flag)) this.openTarget(this.name(flag), false);
    else if (GOTO_FLAGS.has(flag)) this.openTarget(this.name(flag), true);
    else if (COUNTER_FLAGS.has(flag)) this.at += 2;
    else if (flag.includes('=')) this.place(flag.slice(0, flag.indexOf('=')), negated, flag.slice(flag.indexOf('=') + 1));
    else this.place(flag, negated, undefined);
  }

  private name(flag: string): string {
    const token = this.next();
    if (token === undefined) this.errors.push(`${flag} lacks its name`);
    return token?.text ?? '';
  }

  private openMatch(name: string): void {
    const match = findMatch(name, this.context.family);
    if (match === undefined || name === '') this.errors.push(`unknown match ${name}`);
    this.open(name, false, match?.options);
  }

  private openTarget(name: string, goto: boolean): void {
    if (this.target !== undefined) this.errors.push(`a second target ${name}`);
    const isChain = this.context.isChain?.(name);
    const found = isChain === true || goto ? undefined : findTarget(name);
    if (found === undefined && isChain === false) this.errors.push(`unknown target ${name}`);
    this.target ??= { name, goto };
    this.open(name, true, found?.options ?? (isChain === false ? undefined : {}));
  }

  /** Finds the section that an option belongs to, and adds it there. */
  private place(flag: string, negated: boolean, attached: string | undefined): void {
    const section = this.sectionOf(flag);
    const arity = section.syntax?.[flag];
    if (section.syntax !== undefined && arity === undefined) this.errors.push(this.unknownOption(section, flag));
    const { args, negatedInside } = attached === undefined ? this.values(flag, arity) : { args: [attached], negatedInside: false };
    section.options.push({ flag, negated: negated || negatedInside, args });
    if (section.module === '' && PROTOCOL_FLAGS.has(flag) && !negated && !negatedInside) this.proto = protocolNumber(args[0] ?? '') ?? 0;
  }

  private unknownOption(section: Section, flag: string): string {
    if (section.module === '') return `${flag} is not an option of iptables`;
    return `${flag} is not an option of ${section.target ? '-j' : '-m'} ${section.module}`;
  }

  private sectionOf(flag: string): Section {
    const knows = (s: Section): boolean => s.syntax !== undefined && Object.hasOwn(s.syntax, flag);
    if (this.current !== undefined && knows(this.current)) return this.current;
    if (Object.hasOwn(builtinOptions, flag)) return this.builtinSection();
    if (this.current !== undefined && this.current.syntax === undefined) return this.current;
    const earlier = this.sections.findLast(knows);
    if (earlier !== undefined) return earlier;
    const implied = implicitMatch(this.proto, this.context.family);
    if (implied !== undefined && Object.hasOwn(implied.options, flag)) this.open(implied.name, false, implied.options);
    return this.current ?? this.builtinSection();
  }

  private builtinSection(): Section {
    if (this.current?.module !== '' || this.current.target) this.open('', false, builtinOptions);
    return this.current!;
  }

  /** Takes an option's values: as many as its syntax says, else up to what looks like the next option. */
  private values(flag: string, arity: number | 'optional' | undefined): { args: string[]; negatedInside: boolean } {
    const args: string[] = [];
    let negatedInside = false;
    if (arity !== undefined && arity !== 0 && this.isBang(this.at) && !startsOption(this.tokens[this.at + 1])) {
      this.errors.push(`"!" stands behind ${flag}, where it must stand before it`);
      negatedInside = true;
      this.at++;
    }
    const most = typeof arity === 'number' ? arity : arity === 'optional' ? 1 : Infinity;
    while (args.length < most && this.at < this.tokens.length) {
      if (typeof arity !== 'number' && this.endsValues()) break;
      args.push(this.next()!.text);
    }
    if (typeof arity === 'number' && args.length < arity) this.errors.push(`${flag} lacks its value`);
    return { args, negatedInside };
  }

  private isBang(at: number): boolean {
    const token = this.tokens[at];
    return token?.text === '!' && !token.quoted;
  }

  private endsValues(): boolean {
    return startsOption(this.tokens[this.at]) || (this.isBang(this.at) && startsOption(this.tokens[this.at + 1]));
  }
}

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
