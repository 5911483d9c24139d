import { isOfOtherFamily, type CommandOption } from './command-options.js';
import { problemsBefore } from './read-before.js';
import { RuleReader, type RuleContext, type RuleWords } from './rule-reader.js';
import type { Token } from './rule-tokens.js';

/** One call of iptables, or one line of a restore file: what it does to which chain, and the words of its rule. */
export interface CommandLine {
  /** Its letter: `A` of `-A` and `--append`; absent where it says none. */
  readonly command?: string;
  readonly chain?: string;
  /** What stands behind the chain: a rule's number (-I -D -R), a policy (-P), a new name (-E). */
  readonly value?: string;
  /** By `-t`, which no restore file may hold. */
  readonly table?: string;
  /** `-6` for iptables: a restore passes the line by, the command refuses it. */
  readonly otherFamily: boolean;
  /** The words that are left for the rule, in their order. */
  readonly words: readonly string[];
  readonly errors: readonly string[];
}

/** Commands behind whose chain another word may stand, and those that need one. */
const WITH_VALUE: ReadonlySet<string> = new Set(['I', 'D', 'R', 'P', 'E']);
const NEEDS_VALUE: ReadonlySet<string> = new Set(['R', 'P', 'E']);
/** Commands whose chain may be left out. */
const ANY_CHAIN: ReadonlySet<string> = new Set(['F', 'X', 'Z', 'L', 'S']);

class CommandReader extends RuleReader {
  command: string | undefined;
  chain: string | undefined;
  extra: string | undefined;
  table: string | undefined;
  otherFamily = false;
  readonly words: string[] = [];
  private from = 0;
  private taken = false;

  constructor(
    tokens: Token[],
    context: RuleContext,
    private readonly inFile: boolean,
  ) {
    super(tokens, context, 0);
  }

  override read(): RuleWords {
    while (this.at < this.tokens.length) {
      this.from = this.at;
      this.taken = false;
      this.word();
      if (!this.taken) this.words.push(...this.tokens.slice(this.from, this.at).map(({ text }) => text));
    }
    return this.end();
  }

  protected override familyWord(option: CommandOption, negated: boolean): boolean {
    this.otherFamily ||= isOfOtherFamily(option, this.context.family);
    this.taken = true;
    // its `!` goes with it, and is none of the option behind it
    if (negated) this.words.pop();
    // a restore reads no further than to what tells it that the line is not its own (do_parse)
    if (this.otherFamily && this.inFile) this.at = this.tokens.length;
    return true;
  }

  protected override commandWord(option: CommandOption, word: string, attached: string | undefined): void {
    const { kind, letter } = option;
    this.taken = true;
    if (kind === 'command') this.start(letter, word, attached);
    else if (kind === 'table' && !this.inFile) this.table = this.value(word, attached);
    else if (kind === 'wait' && !this.inFile) this.wait(attached);
    else super.commandWord(option, word, attached);
  }

  /** `-w 5`: the seconds may stand in a word of their own. */
  private wait(attached: string | undefined): void {
    if (attached === undefined && /^\d+$/.test(this.tokens[this.at]?.text ?? '')) this.at++;
  }

  /** @returns the next word, unless it looks like an option (xs_has_arg). */
  private more(): string | undefined {
    const text = this.tokens[this.at]?.text;
    if (text === undefined || text.startsWith('-') || text.startsWith('!')) return undefined;
    this.at++;
    return text;
  }

  private start(letter: string, word: string, attached: string | undefined): void {
    if (this.command !== undefined) this.errors.push(`${word}, which does not go with -${this.command}`);
    this.command ??= letter;
    this.chain = ANY_CHAIN.has(letter) ? (attached ?? this.more()) : this.value(word, attached);
    if (WITH_VALUE.has(letter)) this.extra = this.more();
    if (NEEDS_VALUE.has(letter) && this.extra === undefined) this.errors.push(`${word} lacks its second word`);
  }
}

/**
 * Reads what iptables is asked to do.
 * @param tokens the words, without the program's name.
 * @param inFile a line of a restore file, where some options are refused.
 */
export function readCommandLine(tokens: readonly Token[], context: RuleContext, inFile: boolean): CommandLine {
  const reader = new CommandReader([...tokens], context, inFile);
  const rule = reader.read();
  const { command, chain, extra, table, otherFamily, words } = reader;
  const errors = otherFamily && inFile ? problemsBefore(rule, context.family) : rule.errors;
  return {
    ...(command !== undefined && { command }),
    ...(chain !== undefined && { chain }),
    ...(extra !== undefined && { value: extra }),
    ...(table !== undefined && { table }),
    otherFamily,
    words,
    errors,
  };
}
