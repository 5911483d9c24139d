import type { Family } from '../../address/ip.js';
import { tokenize } from '../../netfilter/iptables/index.js';
import { ScriptValues } from './script-values.js';

type Tokens = ReturnType<typeof tokenize>['tokens'];

/** A line of a script that has to do with tables of iptables, or may have. */
export type ScriptLine =
  | { readonly kind: 'command'; readonly number: number; readonly text: string; readonly family: Family; readonly tokens: Tokens }
  | { readonly kind: 'unknown'; readonly number: number; readonly text: string; readonly why: string }
  /** From here on the first command that fails ends the script (`set -e`). */
  | { readonly kind: 'errexit'; readonly number: number };

const CALL = /^(?:sudo\s+)?(?:\/(?:usr\/)?(?:local\/)?s?bin\/)?(ip6?tables)(-legacy|-nft)?\s+(?=["-])/;
/** Programs that touch no table of iptables; of `ipset` and `sysctl` other listings tell. */
const HARMLESS =
  /^(?:echo|printf(?!\s+-v)|modprobe|sysctl|set|sleep|true|:|umask|logger|cd|ipset|ip|ip6?tables(?:-legacy|-nft)?-save)(?:\s(?:\$(?!\()|[^`$;&|<])*)?$/;
const ERREXIT = /^set\s(?:.*\s)?-(?:[a-df-z]*e|o\s+errexit\b)|^#!.*\s-[a-df-z]*e/;
/** What makes of a line more than one command, or less. */
const SHELL = /[`;&|()<>*?[\]{}~]|\$\(/;
/** A line after which nothing tells whether the lines below run, or where they end: a block, a function, a text for a program, half a list. */
const OPENS = /(?:^|[\s;&|({])(?:if|then|elif|else|for|while|until|case|select|do|function)(?:\s|$)|(?<!\$)[{(]|<<|(?:&&|\|\|?)$/;
const EXIT = /^exit(?:\s+[\w${}?]+)?$/;
/** More lines than any script has. */
const MOST = 20_000;

/** @returns a line without its comment, and whether a quote in it stays open. */
function uncommented(line: string): { readonly text: string; readonly open: boolean } {
  const { length } = line;
  let quote = '';
  for (let i = 0; i < length; i++) {
    const char = line[i]!;
    if (char === '\\' && quote !== "'") i++;
    else if (quote === '' ? char === '"' || char === "'" : char === quote) quote = quote === '' ? char : '';
    else if (char === '#' && quote === '' && (i === 0 || /\s/.test(line[i - 1]!))) return { text: line.slice(0, i).trim(), open: false };
  }
  return { text: line.trim(), open: quote !== '' };
}

interface ShellLine {
  readonly number: number;
  readonly text: string;
  readonly open: boolean;
}

/** Lines with their numbers, without comments; those that end in a backslash are one with the next, but for comments. */
function joined(text: string): readonly ShellLine[] {
  const lines: ShellLine[] = [];
  const raws = text.split('\n');
  let before = '';
  let began = 0;
  raws.forEach((raw, at) => {
    const line = raw.trimEnd();
    if (before === '') began = at + 1;
    const whole = `${before}${line}`;
    const plain = uncommented(whole);
    const goesOn = line.endsWith('\\') && plain.text === whole.trim();
    before = goesOn ? `${whole.slice(0, -1)} ` : '';
    if (!goesOn) lines.push({ number: began, ...plain });
    else if (at + 1 === raws.length) lines.push({ number: began, ...uncommented(before) });
  });
  return lines;
}

/** iptables-restore and the shell quote alike, but for single quotes. */
function words(text: string): Tokens | undefined {
  if (text.includes("'") && /"|\\/.test(text)) return undefined;
  const { tokens, closed } = tokenize(text.replaceAll("'", '"'));
  return closed ? tokens : undefined;
}

/** Goes through a script line by line. */
class ScriptWalk {
  readonly out: ScriptLine[] = [];
  private readonly values = new ScriptValues();
  /** Whether each line runs, once, where it stands. */
  private sure = true;
  /** The back end that the commands of a family call: `-legacy`, `-nft`, or whatever is installed. */
  private readonly backEnds = new Map<string, string>();

  /** @returns whether the script ends here. */
  line({ number, text, open }: ShellLine, isLast: boolean): boolean {
    if (text === '') return false;
    if (HARMLESS.test(text) && !open) {
      if (ERREXIT.test(text)) this.out.push({ kind: 'errexit', number });
      this.values.forgetDefaults(text);
    } else if (EXIT.test(text)) {
      if (!this.sure && !isLast) this.unknown(number, text, 'the script may end here');
      return this.sure;
    } else if (open || !this.values.assign(text, this.sure)) this.command(number, text, open);
    return false;
  }

  unknown(number: number, text: string, why: string): void {
    this.out.push({ kind: 'unknown', number, text, why });
    this.values.forget(text);
  }

  private command(number: number, text: string, open: boolean): void {
    const plain = this.values.expanded(text.replace(/\s(?:2?>\s?(?:\/dev\/null|&1)|&>\s?\/dev\/null)(?=\s|$)/g, ''));
    const call = plain === undefined ? null : CALL.exec(plain);
    const outside = plain?.replace(/"[^"]*"|'[^']*'/g, '') ?? '';
    const tokens = plain !== undefined && call !== null && !open && !SHELL.test(outside) ? words(plain.slice(call[0].length)) : undefined;
    if (tokens === undefined || call === null) {
      this.unknown(number, text, whyNot(plain, call !== null));
      if (open || OPENS.test(text)) this.sure = false;
      return;
    }
    const [, program = '', backEnd = ''] = call;
    const first = this.backEnds.get(program) ?? backEnd;
    this.backEnds.set(program, first);
    if (first !== backEnd) this.unknown(number, text, 'a command of another back end, which has tables of its own');
    else this.out.push({ kind: 'command', number, text, family: program === 'iptables' ? 4 : 6, tokens });
  }
}

/**
 * The commands of iptables in a script, in order. Variables that are given plain values are put in; nothing is run. Whatever else may change
 * tables (loops, conditions, other programs) is told as not known.
 */
export function scriptLines(text: string): readonly ScriptLine[] {
  const walk = new ScriptWalk();
  const lines = joined(text).slice(0, MOST + 1);
  const last = lines.findLastIndex((line) => line.text !== '');
  if (ERREXIT.test(text.slice(0, text.search(/\n|$/)))) walk.out.push({ kind: 'errexit', number: 1 });
  for (const [i, line] of lines.entries()) {
    if (i === MOST) walk.unknown(line.number, line.text, `more than ${MOST} lines, of which the rest is not read`);
    else if (walk.line(line, i === last)) break;
  }
  return walk.out;
}

function whyNot(plain: string | undefined, isCall: boolean): string {
  if (plain === undefined) return 'a variable of which the script does not tell the value';
  return isCall ? 'more than one plain command' : 'not a command of iptables';
}

/** @returns whether a text is a script of iptables commands: some stand in it, and no line as listings have them. */
export function isScript(text: string): boolean {
  if (/^(?:\*(?:raw|mangle|nat|filter|security)|COMMIT|:\S+ (?:ACCEPT|DROP|-)|-[APNI] )/m.test(text)) return false;
  return /^#!/.test(text) || scriptLines(text).some(({ kind }) => kind === 'command');
}
