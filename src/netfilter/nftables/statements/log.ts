import type { LogStatement } from '../ast.js';
import { JsonMembers, type Json } from '../json/value.js';
import type { Parser } from '../text/parser.js';

const LEVELS: ReadonlySet<string> = new Set(['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug', 'audit']);
const ALL_FLAGS: readonly string[] = ['tcp sequence', 'tcp options', 'ip options', 'skuid', 'ether'];

type Draft = { -readonly [K in keyof LogStatement]: LogStatement[K] };

/** `tcp sequence,options`, `ip options`, `skuid`, `ether`, `all`. */
function logFlags(p: Parser): readonly string[] {
  const word = p.word('a flag of log');
  if (word === 'all') return ALL_FLAGS;
  if (word === 'skuid' || word === 'ether') return [word];
  if (word !== 'tcp' && word !== 'ip') return p.fail(`log has no flag “${word}”`);
  const flags: string[] = [];
  do flags.push(`${word} ${p.word('a flag of log')}`);
  while (p.take(','));
  const unknown = flags.find((flag) => !ALL_FLAGS.includes(flag));
  return unknown === undefined ? flags : p.fail(`log has no flag “${unknown}”`);
}

function argument(p: Parser, log: Draft): boolean {
  const word = p.peek();
  switch (word) {
    case 'prefix':
      p.lex.next();
      log.prefix = p.resolved('a prefix');
      return true;
    case 'group':
      p.lex.next();
      log.group = p.number('a group');
      return true;
    case 'snaplen':
      p.lex.next();
      log.snaplen = p.number('a length');
      return true;
    case 'queue-threshold':
      p.lex.next();
      log.queueThreshold = p.number('a threshold');
      return true;
    case 'level':
      p.lex.next();
      log.level = p.resolved('a level');
      return LEVELS.has(log.level) || p.fail(`log has no level “${log.level}”`);
    case 'flags':
      p.lex.next();
      log.flags = inOrder([...log.flags, ...logFlags(p)]);
      return true;
    default:
      return false;
  }
}

function inOrder(flags: readonly string[]): readonly string[] {
  return ALL_FLAGS.filter((flag) => flags.includes(flag));
}

/** Level `warn` goes without saying. */
function withoutDefault({ level, ...log }: LogStatement): LogStatement {
  return level === undefined || level === 'warn' ? log : { ...log, level };
}

/** The rest of `log prefix "x" level info`. */
export function parseLog(p: Parser): LogStatement {
  const log: Draft = { kind: 'log', flags: [] };
  while (argument(p, log));
  return withoutDefault(log);
}

/** @returns what nft prints as `log prefix "x"`, of its JSON (libnftables-json(5)). */
export function readLog(json: Json): LogStatement {
  if (json === null) return { kind: 'log', flags: [] };
  const view = JsonMembers.of(json, 'log');
  const flags = view.strings('flags');
  const [prefix, level] = [view.maybeString('prefix'), view.maybeString('level')];
  const [group, snaplen, threshold] = [view.maybeNumber('group'), view.maybeNumber('snaplen'), view.maybeNumber('queue-threshold')];
  return withoutDefault({
    kind: 'log',
    ...(prefix === undefined ? {} : { prefix }),
    ...(group === undefined ? {} : { group }),
    ...(snaplen === undefined ? {} : { snaplen }),
    ...(threshold === undefined ? {} : { queueThreshold: threshold }),
    ...(level === undefined ? {} : { level }),
    flags: flags.includes('all') ? ALL_FLAGS : inOrder(flags),
  });
}

function printFlags(flags: readonly string[]): string {
  if (flags.length === 0) return '';
  if (flags.length === ALL_FLAGS.length) return ' flags all';
  const tcp = flags.filter((flag) => flag.startsWith('tcp ')).map((flag) => flag.slice(4));
  const groups = [...(tcp.length === 0 ? [] : [`tcp ${tcp.join(',')}`]), ...flags.filter((flag) => !flag.startsWith('tcp '))];
  return groups.map((group) => ` flags ${group}`).join('');
}

/** @returns it as nft prints it: `log prefix "x"`. */
export function printLog({ prefix, group, snaplen, queueThreshold, level, flags }: LogStatement): string {
  const of = (name: string, value: string | number | undefined): string => (value === undefined ? '' : ` ${name} ${value}`);
  const quoted = prefix === undefined ? '' : ` prefix "${prefix}"`;
  return `log${quoted}${of('group', group)}${of('snaplen', snaplen)}${of('queue-threshold', queueThreshold)}${of('level', level)}${printFlags(flags)}`;
}
