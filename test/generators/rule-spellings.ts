/**
 * Other ways to write a rule: what people type, paste and paste wrongly. Some of them load and say the same, some say another thing, some are
 * refused; which of them does is for iptables itself to say.
 */

/** A number from 0 up to 1. */
export type Random = () => number;

/** Words of a line, quotes kept. */
export function wordsOf(line: string): string[] {
  return line.match(/(?:"(?:[^"\\]|\\.)*"|[^\s"])+/g) ?? [];
}

const LONG: ReadonlyMap<string, readonly string[]> = new Map([
  ['-s', ['--source', '--src']],
  ['-d', ['--destination', '--dst']],
  ['-p', ['--protocol', '--proto']],
  ['-i', ['--in-interface']],
  ['-o', ['--out-interface']],
  ['-j', ['--jump']],
  ['-g', ['--goto']],
  ['-m', ['--match']],
  ['-f', ['--fragments', '--fragment']],
]);

/** Comments that look like the rest of a rule. */
export const HOSTILE_COMMENTS: readonly string[] = [
  '"until May: -j DROP"',
  '"-j ACCEPT"',
  '-j',
  '"--dport 80"',
  '"! -s 10.0.0.0/8"',
  '"ends with \\\\"',
  '"a \\"quoted\\" -g MINE"',
  '"COMMIT"',
  '"*filter"',
  '--jump=DROP',
  '"# -A INPUT -j DROP"',
  '$(id)',
];

class Speller {
  constructor(private readonly random: Random) {}

  private chance(share: number): boolean {
    return this.random() < share;
  }

  private one<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)]!;
  }

  /** `--dport` as `--dpo`, which may be too short to tell. */
  private cut(flag: string): string {
    return this.chance(0.15) ? flag.slice(0, Math.max(3, 3 + Math.floor(this.random() * (flag.length - 3)))) : flag;
  }

  private flag(word: string): string {
    const long = LONG.get(word);
    if (long !== undefined) return this.chance(0.15) ? this.cut(this.one(long)) : word;
    return word.startsWith('--') ? this.cut(word) : word;
  }

  private quote(word: string): string {
    return this.chance(0.03) && !word.includes('"') && !word.includes('\\') ? `"${word}"` : word;
  }

  /** The words behind the chain. */
  private rest(words: readonly string[]): string[] {
    const made: string[] = [];
    for (let i = 0; i < words.length; i++) {
      const word = words[i]!;
      if (!/^-/.test(word)) {
        made.push(this.quote(word));
        continue;
      }
      const flag = this.flag(word);
      const value = words[i + 1];
      if (value !== undefined && !/^[-!"]/.test(value) && this.chance(0.06)) {
        made.push(flag.startsWith('--') ? `${flag}=${value}` : `${flag}${value}`);
        i++;
      } else if (word === '-f' && /^-[a-z]$/.test(value ?? '') && this.chance(0.3)) {
        made.push(`-f${value!.slice(1)}`);
        i++;
      } else made.push(this.quote(flag));
    }
    if (this.chance(0.05))
      made.splice(
        Math.floor(this.random() * (made.length + 1)),
        0,
        this.one(['-v', '-4', '-6', '--ipv4', '--ipv6', '-n', '--', '-c', '!', '-x', '-b']),
      );
    if (this.chance(0.03)) made.push('-c', '1', '2');
    if (this.chance(0.06)) made.push('-m', 'comment', '--comment', this.one(HOSTILE_COMMENTS));
    return made;
  }

  private head(chain: string): string[] {
    const forms: readonly (readonly string[])[] = [
      [`-A${chain}`],
      ['--append', chain],
      ['--app', chain],
      ['-I', chain],
      ['-I', chain, '1'],
      [`--append=${chain}`],
    ];
    return this.chance(0.85) ? ['-A', chain] : [...this.one(forms)];
  }

  line(line: string): string {
    const [, chain = '', ...words] = wordsOf(line);
    const head = this.head(chain);
    const rest = this.rest(words);
    const all = this.chance(0.03) ? [...rest, ...head] : [...head, ...rest];
    return all.join(this.chance(0.03) ? '  ' : this.chance(0.02) ? '\t' : ' ');
  }
}

/** @returns a line `-A CHAIN …` written in another way. */
export function respelt(line: string, random: Random): string {
  return new Speller(random).line(line);
}
