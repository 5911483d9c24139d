import { startsOption, type Token } from './rule-tokens.js';

/** The values that stand behind an option. */
export interface OptionValues {
  readonly args: readonly string[];
  /** A `!` stands between the option and its value, as iptables read it until 1.4.3. */
  readonly bang: boolean;
  /** The word that comes next. */
  readonly next: number;
}

/** @returns whether `! VALUE` stands here. */
function isInnerBang(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  return token?.text === '!' && !token.quoted && !startsOption(tokens[at + 1]);
}

/** A second value may not look like an option (parse_tcp_flags, parse_set). */
function endsWord(token: Token): boolean {
  return /^[-!]/.test(token.text);
}

function endsValues(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  return startsOption(token) || (token?.text === '!' && !token.quoted && startsOption(tokens[at + 1]));
}

/**
 * Takes as many values as an option has, or of one that is not known all up to what looks like the next option.
 * @param at the word behind the option.
 * @param attached the value of `--option=value`.
 * @param takes how many values it has; undefined where nobody knows the option.
 */
export function takeValues(
  tokens: readonly Token[],
  at: number,
  attached: string | undefined,
  takes: number | 'optional' | undefined,
): OptionValues {
  const args = attached === undefined ? [] : [attached];
  const bang = attached === undefined && takes !== 0 && takes !== undefined && isInnerBang(tokens, at);
  const most = takes === undefined ? (attached === undefined ? Infinity : 1) : takes === 'optional' ? 1 : takes;
  let next = bang ? at + 1 : at;
  while (args.length < most && next < tokens.length) {
    if (typeof takes === 'number' ? args.length > 0 && endsWord(tokens[next]!) : endsValues(tokens, next)) break;
    args.push(tokens[next++]!.text);
  }
  return { args, bang, next };
}
