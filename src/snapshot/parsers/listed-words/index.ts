import { portNumber } from '../port-number.js';
import { quoted, taken, type OptionDraft, type Reader } from './draft.js';
import { grouped } from './grouped.js';
import { MATCH_WORDS } from './matches.js';
import { readTarget } from './targets.js';

/** What the words behind a listed rule's addresses came to: options as iptables-save writes them, and what was not understood. */
export interface ListedWords {
  /** `-m tcp --dport 80`, before the target. */
  readonly matches: readonly string[];
  /** `--to-destination 1.2.3.4:80`, behind the target. */
  readonly target: readonly string[];
  /** Words that no iptables-save option is known for. */
  readonly unknown: readonly string[];
}

function portList(text: string): string | undefined {
  const ports = text.split(',').map((part) => part.split(':').map(portNumber));
  return ports.some((range) => range.some((port) => port === undefined)) ? undefined : ports.map((range) => range.join(':')).join(',');
}

/** `dpt:http`, `spts:1024:65535`, `dpt:!22` of tcp, udp and sctp (print_port). */
function portWord(word: string, proto: string): string[] | undefined {
  const found = /^([sd])pts?:(!?)([^!].*)$/.exec(word);
  const ports = found?.[3] === undefined ? undefined : portList(found[3]);
  if (found === null || ports === undefined) return undefined;
  return ['-m', proto, ...(found[2] === '!' ? ['!'] : []), found[1] === 's' ? '--sport' : '--dport', ports];
}

/** `tcp dpt:80 flags:0x17/0x02`, `udp spt:53`: the protocol's name, then its own words. */
const protocol: Reader = (words, at, draft) => {
  const proto = words[at] ?? '';
  let end = at + 1;
  for (; end < words.length; end++) {
    const word = words[end] ?? '';
    const port = portWord(word, proto);
    const flags = /^flags:(!?)([\w,]+)\/([\w,]+)$/.exec(word);
    if (port !== undefined) draft.matches.push(...port);
    else if (flags !== null)
      draft.matches.push(
        '-m',
        proto,
        ...(flags[1] === '!' ? ['!'] : []),
        '--tcp-flags',
        tcpFlags(flags[2] ?? ''),
        tcpFlags(flags[3] ?? ''),
      );
    else if (!option(word, draft)) break;
  }
  return end - at;
};

/** `option=8`, `option=!8`: what TCP's header must hold. */
function option(word: string, draft: OptionDraft): boolean {
  const found = /^option=(!?)(\d+)$/.exec(word);
  if (found !== null) draft.matches.push('-m', 'tcp', ...(found[1] === '!' ? ['!'] : []), '--tcp-option', found[2] ?? '');
  return found !== null;
}

const FLAG_NAMES = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'] as const;

function tcpFlags(text: string): string {
  if (!text.startsWith('0x')) return text;
  const bits = Number(text);
  const names = FLAG_NAMES.filter((_, bit) => (bits & (1 << bit)) !== 0);
  return names.length === 0 ? 'NONE' : names.join(',');
}

/** `ADDRTYPE match src-type X dst-type !LOCAL limit-in`. */
const addrtype: Reader = (words, at, draft) => {
  let end = at + 2;
  draft.matches.push('-m', 'addrtype');
  for (; end < words.length; end++) {
    const side = /^(src|dst)-type$/.exec(words[end] ?? '')?.[1];
    if (side !== undefined) {
      const types = words[++end] ?? '';
      draft.matches.push(...(types.startsWith('!') ? ['!'] : []), `--${side}-type`, types.replace(/^!/, ''));
    } else if (/^limit-(?:in|out)$/.test(words[end] ?? '')) draft.matches.push(`--limit-iface-${(words[end] ?? '').slice(6)}`);
    else break;
  }
  return end - at;
};

const comment: Reader = (words, at, draft) => {
  const end = words.indexOf('*/', at);
  if (end < 0) return 0;
  return taken(end - at + 1, () => draft.matches.push('-m', 'comment', '--comment', quoted(words.slice(at + 1, end).join(' '))));
};

/** `multiport dports 80,443`, `multiport dports  !http`. */
const multiport: Reader = (words, at, draft) => {
  const flag = words[at + 1] ?? '';
  const negated = words[at + 2]?.startsWith('!') ?? false;
  const ports = portList((words[at + 2] ?? '').replace(/^!/, ''));
  if (!/^(?:dports|sports|ports)$/.test(flag) || ports === undefined) return 0;
  return taken(3, () => draft.matches.push('-m', 'multiport', ...(negated ? ['!'] : []), `--${flag}`, ports));
};

/** `icmptype 8`, `icmp type 8 code 0`, `icmp !type 8`, `icmp echo-request`, `icmp !echo-request`. */
const icmp: Reader = (words, at, draft) => {
  const first = words[at + 1] ?? '';
  const negated = first.startsWith('!');
  const word = first.replace(/^!/, '');
  const typed = words[at] === 'icmp' && word === 'type';
  const type = typed ? words[at + 2] : word;
  if (type === undefined || type === '') return 0;
  const behind = at + (typed ? 3 : 2);
  const coded = words[behind] === 'code' ? words[behind + 1] : undefined;
  const value = type === '255' ? 'any' : coded === undefined ? type : `${type}/${coded}`;
  const count = behind - at + (coded === undefined ? 0 : 2);
  return taken(count, () => draft.matches.push('-m', 'icmp', ...(negated ? ['!'] : []), '--icmp-type', value));
};

const WORDS: ReadonlyMap<string, readonly Reader[]> = groupOf([
  ['tcp', protocol],
  ['udp', protocol],
  ['sctp', protocol],
  ['dccp', protocol],
  ['multiport', multiport],
  ['icmptype', icmp],
  ['icmp', icmp],
  ['ADDRTYPE', (words, at, draft, target) => (words[at + 1] === 'match' ? addrtype(words, at, draft, target) : 0)],
  ['/*', comment],
  ...MATCH_WORDS,
]);

function groupOf(entries: readonly (readonly [string, Reader])[]): ReadonlyMap<string, readonly Reader[]> {
  const grouped = new Map<string, Reader[]>();
  for (const [word, reader] of entries) grouped.set(word, [...(grouped.get(word) ?? []), reader]);
  return grouped;
}

/** `! ctstate NEW`: the word that stands alone negates the first option of the phrase behind it. */
function negatedPhrase(words: readonly string[], at: number, draft: OptionDraft, target: string): number {
  if (/^(?:tcp|udp|sctp|dccp|multiport|icmp|ADDRTYPE|PHYSDEV|\/\*)$/.test(words[at + 1] ?? '!')) return 0;
  const inner: OptionDraft = { matches: [], target: [], unknown: [] };
  const count = phrase(words, at + 1, inner, target);
  const place = inner.matches.findIndex((word) => word.startsWith('--'));
  if (count === 0 || place < 0 || inner.matches.includes('!')) return 0;
  draft.matches.push(...inner.matches.slice(0, place), '!', ...inner.matches.slice(place));
  return count + 1;
}

function phrase(words: readonly string[], at: number, draft: OptionDraft, target: string): number {
  const word = words[at] ?? '';
  if (word === '!') return negatedPhrase(words, at, draft, target);
  for (const reader of WORDS.get(word) ?? []) {
    const count = reader(words, at, draft, target);
    if (count > 0) return count;
  }
  return 0;
}

/**
 * Whether what stands in a comment, a prefix or a string may be taken for words of the rule: nothing in a listing escapes the end of
 * either. A comment may read like two, with a condition between them.
 */
function isAmbiguous(words: readonly string[]): boolean {
  const quotes = words.join(' ').split('"').length - 1;
  return words.filter((word) => word === '*/').length > 1 || quotes > 2;
}

/**
 * Reads what `iptables -L` prints behind a rule's addresses: each extension's own print function, turned back into options.
 * Behind a word that is not understood nothing is believed but what the target itself prints, which stands last.
 * @param target the rule's target, whose words stand last.
 */
export function readListedWords(words: readonly string[], target: string): ListedWords {
  const draft: OptionDraft = { matches: [], target: [], unknown: [] };
  if (isAmbiguous(words)) return { matches: [], target: [], unknown: words };
  for (let at = 0; at < words.length;) {
    if (readTarget(words.slice(at), target, draft)) break;
    const count = draft.unknown.length > 0 ? 0 : phrase(words, at, draft, target);
    if (count === 0) draft.unknown.push(words[at] ?? '');
    at += Math.max(count, 1);
  }
  return { ...draft, matches: grouped(draft.matches) };
}
