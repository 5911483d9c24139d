import type { RuleMatch, RuleOption, RuleTarget } from '../../model/netfilter.js';
import type { Family } from '../../address/ip.js';
import { readProtocol } from './numbers.js';
import { attachedProblem, ONCE, optionOfLetter, type CommandOption } from './command-options.js';
import { longOption } from './option-names.js';
import { takeValues } from './option-values.js';
import { impliedSection, matchSection, ownSection, targetSection, type Section } from './rule-section.js';
import type { Token } from './rule-tokens.js';

export interface RuleContext {
  readonly family: Family;
  /** Whether a name is a chain of the rule's table; without it every unknown target is taken for one. */
  readonly isChain?: (name: string) => boolean;
}

/** What a rule's words say. */
export interface RuleWords {
  readonly matches: readonly RuleMatch[];
  readonly target: RuleTarget | undefined;
  readonly errors: readonly string[];
  /** Those of them that are found at the end of a rule only: a line that is read no further than to its `-6` does not have them. */
  readonly late: ReadonlySet<string>;
}

/** Reads the words of a rule one by one, as getopt_long and do_parse (iptables/xshared.c) do. */
export class RuleReader {
  protected at: number;
  protected readonly errors: string[] = [];
  private readonly late = new Set<string>();
  private readonly targetErrors: string[] = [];
  private readonly matches: RuleMatch[] = [];
  private readonly extensions: Section[] = [];
  private targetOptions: readonly RuleOption[] = [];
  private target: { readonly name: string; readonly goto: boolean } | undefined;
  private current: Section | undefined;
  private negated = false;
  private proto = 0;
  private once = '';

  /** @param tokens words; those of which one stands for several (`-fj`) are taken apart in it. */
  constructor(
    protected readonly tokens: Token[],
    protected readonly context: RuleContext,
    from: number,
  ) {
    this.at = from;
  }

  read(): RuleWords {
    while (this.at < this.tokens.length) this.word();
    return this.end();
  }

  /** @returns what was read. */
  protected end(): RuleWords {
    if (this.negated) this.errors.push('"!" without an option');
    const target: RuleTarget | undefined = this.target && { ...this.target, options: this.targetOptions };
    return { matches: this.matches, target, errors: this.errors, late: this.late };
  }

  /** @returns whether `-4` or `-6` was dealt with; else it stands in the rule. */
  protected familyWord(_option: CommandOption, _negated: boolean): boolean {
    return false;
  }

  /** An option that is of no rule: a command, a table, a wait for the lock. */
  protected commandWord({ letter }: CommandOption, word: string, _attached: string | undefined): void {
    const why = /[tMwW]/.test(letter) ? 'which does not stand in a rule' : 'which does not go with -A';
    this.errors.push(`${word}, ${why}`);
  }

  protected word(): void {
    const token = this.tokens[this.at++]!;
    const { text } = token;
    if (text === '!') {
      if (this.negated) this.errors.push('"!" twice');
      this.negated = true;
    } else if (text === '--') {
      if (this.at < this.tokens.length) this.errors.push('words behind "--"');
      this.at = this.tokens.length;
    } else if (text.charCodeAt(0) !== DASH || text.length < 2) this.errors.push(`unexpected "${text}"`);
    else {
      const { negated } = this;
      this.negated = false;
      if (text.charCodeAt(1) === DASH) this.long(text, negated);
      else this.short(text, negated);
    }
  }

  /** `-j`, `-jDROP`, `-fj`. */
  private short(text: string, negated: boolean): void {
    const option = optionOfLetter(text[1] ?? '');
    const rest = text.slice(2);
    if (option === undefined) this.errors.push(`unexpected "${text}"`);
    else if (option.takes === 'nothing' && rest !== '') {
      this.at--;
      this.tokens.splice(this.at, 1, { text: `-${option.letter}`, quoted: false }, { text: `-${rest}`, quoted: false });
      this.negated = negated;
    } else this.own(option, text.slice(0, 2), negated, rest === '' ? undefined : rest, text);
  }

  /** `--jump`, `--jump=DROP`, `--ju`. */
  private long(text: string, negated: boolean): void {
    const equals = text.indexOf('=');
    const flag = equals < 0 ? text : text.slice(0, equals);
    const attached = equals < 0 ? undefined : text.slice(equals + 1);
    const unknown = this.current?.unknown === true ? this.current : undefined;
    const found = longOption(flag.slice(2), unknown === undefined ? this.extensions : [], this.context.family);
    if (unknown !== undefined && !(typeof found === 'object' && 'own' in found && found.name === flag.slice(2)))
      return this.add(unknown, flag, negated, attached, undefined);
    if (found === undefined || found === 'ambiguous') return this.implied(flag, negated, attached, found);
    if ('own' in found) return this.own(found.own, `--${found.name}`, negated, attached, text);
    this.add(found.section, found.flag, negated, attached, found.section.syntax[found.flag]);
  }

  /** An option that nobody knows may be one of the rule's protocol, whose match is then loaded (load_proto). */
  private implied(flag: string, negated: boolean, attached: string | undefined, before: 'ambiguous' | undefined): void {
    const section = impliedSection(this.proto, this.context.family);
    if (section !== undefined && !this.extensions.some(({ module, target }) => !target && module === section.module)) {
      const found = longOption(flag.slice(2), [...this.extensions, section], this.context.family);
      if (typeof found === 'object' && 'section' in found && found.section === section) {
        this.open(section);
        return this.add(section, found.flag, negated, attached, section.syntax[found.flag]);
      }
    }
    this.errors.push(before === undefined ? this.unknownOption(flag) : `${flag}, which may be several options`);
    this.add(this.current ?? this.builtinSection(), flag, negated, attached, undefined);
  }

  private unknownOption(flag: string): string {
    if (this.current === undefined || this.current.module === '') return `${flag} is not an option of iptables`;
    return `${flag} is not an option of ${this.current.target ? '-j' : '-m'} ${this.current.module}`;
  }

  /** An option of iptables itself. */
  private own(option: CommandOption, flag: string, negated: boolean, attached: string | undefined, word: string): void {
    const { kind, letter } = option;
    if (attached !== undefined && option.takes === 'nothing') this.errors.push(`${word}: ${flag} takes no value`);
    if (attached !== undefined) this.attached(option, word);
    if (negated && kind !== 'condition' && kind !== 'family') this.errors.push(`"!" does not go before ${flag}`);
    if (ONCE.has(letter)) {
      if (this.once.includes(letter)) this.errors.push(`a second ${flag}`);
      this.once += letter;
    }
    switch (kind) {
      case 'match':
        return this.openMatch(this.value(flag, attached));
      case 'jump':
      case 'goto':
        return this.openTarget(this.value(flag, attached), kind === 'goto');
      case 'counters':
        return this.counters(flag, attached);
      case 'ignored':
        if (option.takes === 'value') this.value(flag, attached);
        return;
      case 'family':
        // its `!` is passed over, as do_parse clears it
        return this.familyWord(option, negated) ? undefined : this.condition(flag, false, attached, option);
      case 'condition':
        return this.condition(flag, negated, attached, option);
      default:
        return this.commandWord(option, word, attached);
    }
  }

  /** `-c PACKETS BYTES`. */
  private counters(flag: string, attached: string | undefined): void {
    const packets = this.value(flag, attached);
    const bytes = this.tokens[this.at]?.text ?? '';
    if (/^\d+$/.test(packets) && /^\d+$/.test(bytes)) this.at++;
    else this.errors.push(`${flag} lacks its packets and bytes`);
  }

  private lateError(problem: string, ofTarget: boolean): void {
    this.errors.push(problem);
    this.late.add(problem);
    if (ofTarget) this.targetErrors.push(problem);
  }

  /** A name of no protocol is refused at once, of any other thing when it is looked up. */
  private attached(option: CommandOption, word: string): void {
    const problem = attachedProblem(option, word);
    if (problem === undefined) return;
    if (option.letter === 'p') this.errors.push(problem);
    else this.lateError(problem, option.kind === 'jump');
  }

  private condition(flag: string, negated: boolean, attached: string | undefined, option: CommandOption): void {
    const section = this.builtinSection();
    this.add(section, flag, negated, attached, option.takes === 'value' ? 1 : 0);
    if (option.letter === 'p') this.proto = negated ? 0 : (readProtocol(section.options.at(-1)?.args[0] ?? '') ?? 0);
  }

  /** The value that an option takes: the next word, whatever it is. */
  protected value(flag: string, attached: string | undefined): string {
    if (attached !== undefined) return attached;
    const token = this.tokens[this.at++];
    if (token === undefined) this.errors.push(`${flag} lacks its ${/^--?(?:m|j|g)/.test(flag) ? 'name' : 'value'}`);
    return token?.text ?? '';
  }

  private open(section: Section): void {
    this.current = section;
    if (section.module !== '' && !section.unknown) this.extensions.push(section);
    if (!section.target) this.matches.push({ module: section.module, options: section.options });
  }

  private openMatch(module: string): void {
    const section = matchSection(module, this.context.family);
    if (section.unknown) this.errors.push(`unknown match ${module}`);
    this.open(section);
  }

  private openTarget(name: string, goto: boolean): void {
    const section = targetSection(name, goto, this.context.isChain?.(name));
    if (this.target !== undefined) this.errors.push(`a second target ${name}`);
    if (section.unknown) this.lateError(`unknown target ${name}`, true);
    if (this.target === undefined) this.targetOptions = section.options;
    this.target ??= { name, goto };
    this.open(section);
  }

  private builtinSection(): Section {
    if (this.current?.module !== '' || this.current.target) this.open(ownSection());
    return this.current!;
  }

  /** Adds an option with its values. */
  private add(
    section: Section,
    flag: string,
    negated: boolean,
    attached: string | undefined,
    takes: number | 'optional' | undefined,
  ): void {
    if (attached !== undefined && (takes === 0 || takes === 'optional')) this.errors.push(`${flag} takes no value`);
    const { args, bang, next } = takeValues(this.tokens, this.at, attached, takes);
    this.at = next;
    if (bang) this.errors.push(`"!" stands behind ${flag}, where it must stand before it`);
    if (typeof takes === 'number' && args.length < takes) this.errors.push(`${flag} lacks its value`);
    section.options.push({ flag, negated: negated || bang, args });
    // an option of a target whose name was not read (`-jTTL`) is nobody's
    if (section.target) this.targetErrors.forEach((problem) => this.late.delete(problem));
  }
}

const DASH = 45;
