import type { Family } from '../../address/ip.js';
import { tokenize } from '../../netfilter/iptables/index.js';

type Tokens = ReturnType<typeof tokenize>['tokens'];

/** A line of a script that has to do with tables of iptables, or may have. */
export type ScriptLine =
  | { readonly kind: 'command'; readonly number: number; readonly text: string; readonly family: Family; readonly tokens: Tokens }
  | { readonly kind: 'unknown'; readonly number: number; readonly text: string; readonly why: string };

const CALL = /^(?:sudo\s+)?(?:\/(?:usr\/)?(?:local\/)?s?bin\/)?(ip6?tables)(?:-legacy|-nft)?\s+(?=["-])/;
const ASSIGNS = /^(?:export\s+)?([A-Za-z_]\w*)=(?:"([^"$`\\]*)"|'([^']*)'|([^\s"'$`\\;&|()<>]*))\s*$/;
const VARIABLE = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g;
/** Programs that touch no table of iptables; of `ipset` and `sysctl` other listings tell. */
const HARMLESS =
  /^(?:echo|printf|modprobe|sysctl|set|sleep|true|:|umask|logger|cd|ipset|ip|ip6?tables(?:-legacy|-nft)?-save)(?:\s(?:\$(?!\()|[^`$;&|])*)?$/;
/** What makes of a line more than one command, or less. */
const SHELL = /[`;&|()<>*?[\]{}~]|\$\(/;
/** More lines than any script has. */
const MOST = 20_000;

/** @returns a line without its comment. */
function uncommented(line: string): string {
  const { length } = line;
  let quote = '';
  for (let i = 0; i < length; i++) {
    const char = line[i]!;
    if (quote === '' ? char === '"' || char === "'" : char === quote) quote = quote === '' ? char : '';
    else if (char === '#' && quote === '' && (i === 0 || /\s/.test(line[i - 1]!))) return line.slice(0, i).trim();
  }
  return line.trim();
}

/** Lines with their numbers; those that end in a backslash are one with the next. */
function joined(text: string): readonly { readonly number: number; readonly text: string }[] {
  const lines: { number: number; text: string }[] = [];
  let before = '';
  let began = 0;
  text.split('\n').forEach((raw, at) => {
    const line = raw.trimEnd();
    if (before === '') began = at + 1;
    if (line.endsWith('\\')) {
      before += `${line.slice(0, -1)} `;
      return;
    }
    lines.push({ number: began, text: `${before}${line}` });
    before = '';
  });
  return lines;
}

/** @returns a line with the values of its variables; undefined where one of them is not told. */
function expanded(line: string, values: ReadonlyMap<string, string>): string | undefined {
  let told = true;
  const text = line.replace(VARIABLE, (_, braced: string | undefined, bare: string | undefined) => {
    const value = values.get(braced ?? bare ?? '');
    told &&= value !== undefined;
    return value ?? '';
  });
  return told && !text.includes('$') ? text : undefined;
}

/** iptables-restore and the shell quote alike, but for single quotes. */
function words(text: string): Tokens | undefined {
  if (text.includes("'") && /"|\\/.test(text)) return undefined;
  const { tokens, closed } = tokenize(text.replaceAll("'", '"'));
  return closed ? tokens : undefined;
}

/**
 * The commands of iptables in a script, in order. Variables that are given plain values are put in; nothing is run. Whatever else may change
 * tables (loops, conditions, other programs) is told as not known.
 */
export function scriptLines(text: string): readonly ScriptLine[] {
  const values = new Map<string, string>();
  const out: ScriptLine[] = [];
  for (const { number, text: whole } of joined(text).slice(0, MOST)) {
    const line = uncommented(whole);
    if (line === '' || HARMLESS.test(line)) continue;
    const assigned = ASSIGNS.exec(line);
    if (assigned !== null) {
      values.set(assigned[1]!, assigned[2] ?? assigned[3] ?? assigned[4] ?? '');
      continue;
    }
    if (/^exit(?:\s+\d+)?$/.test(line)) break;
    const plain = expanded(line.replace(/\s(?:2?>\s?(?:\/dev\/null|&1)|&>\s?\/dev\/null)(?=\s|$)/g, ''), values);
    const call = plain === undefined ? null : CALL.exec(plain);
    const outside = plain?.replace(/"[^"]*"|'[^']*'/g, '') ?? '';
    const tokens = plain !== undefined && call !== null && !SHELL.test(outside) ? words(plain.slice(call[0].length)) : undefined;
    if (tokens === undefined) out.push({ kind: 'unknown', number, text: line, why: whyNot(plain, call !== null) });
    else out.push({ kind: 'command', number, text: line, family: call![1] === 'iptables' ? 4 : 6, tokens });
  }
  return out;
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
