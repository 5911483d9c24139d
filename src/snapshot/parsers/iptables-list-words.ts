import { portNumber } from './port-number.js';

/** What the words behind a listed rule's addresses came to: options as iptables-save writes them, and what was not understood. */
export interface ListedWords {
  /** `-m tcp --dport 80`, before the target. */
  readonly matches: readonly string[];
  /** `--to-destination 1.2.3.4:80`, behind the target. */
  readonly target: readonly string[];
  /** Words that no iptables-save option is known for. */
  readonly unknown: readonly string[];
}

interface Draft {
  readonly matches: string[];
  readonly target: string[];
  readonly unknown: string[];
}

type Reader = (words: readonly string[], at: number, draft: Draft, target: string) => number;

/** Takes `count` words if the reading succeeds; 0 words means that the phrase is not understood. */
const taken = (count: number, apply: () => void): number => {
  apply();
  return count;
};

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
    else break;
  }
  return end - at;
};

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

function comment(words: readonly string[], at: number, draft: Draft): number {
  const end = words.indexOf('*/', at);
  if (end < 0) return 0;
  draft.matches.push(
    '-m',
    'comment',
    '--comment',
    `"${words
      .slice(at + 1, end)
      .join(' ')
      .replace(/["\\]/g, '\\$&')}"`,
  );
  return end - at + 1;
}

/** One value behind one word: `ctstate NEW`, `! ctstate NEW`, `ctstate !NEW`. */
const valued =
  (...option: readonly string[]): Reader =>
  (words, at, draft) => {
    const apart = words[at + 1] === '!' ? 1 : 0;
    const value = words[at + 1 + apart];
    if (value === undefined) return 0;
    const flag = option.at(-1) ?? '';
    const negated = apart === 1 || value.startsWith('!');
    return taken(2 + apart, () => draft.matches.push(...option.slice(0, -1), ...(negated ? ['!'] : []), flag, value.replace(/^!/, '')));
  };

/** `multiport dports 80,443`, `multiport dports  !http`. */
const multiport: Reader = (words, at, draft) => {
  const flag = words[at + 1] ?? '';
  const negated = words[at + 2]?.startsWith('!') ?? false;
  const ports = portList((words[at + 2] ?? '').replace(/^!/, ''));
  if (!/^(?:dports|sports|ports)$/.test(flag) || ports === undefined) return 0;
  return taken(3, () => draft.matches.push('-m', 'multiport', ...(negated ? ['!'] : []), `--${flag}`, ports));
};

const limit: Reader = (words, at, draft) => {
  const [rate, burst] = [words[at + 2], words[at + 4]];
  if (words[at + 1] !== 'avg' || rate === undefined || words[at + 3] !== 'burst' || burst === undefined) return 0;
  return taken(5, () => draft.matches.push('-m', 'limit', '--limit', rate, '--limit-burst', burst));
};

const set: Reader = (words, at, draft) => {
  const [name, sides] = [words[at + 1], words[at + 2]];
  if (name === undefined || sides === undefined) return 0;
  return taken(3, () => draft.matches.push('-m', 'set', '--match-set', name, sides));
};

/** `to:172.17.0.3:80` of DNAT, SNAT and NETMAP. */
function translation(word: string, draft: Draft, target: string): number {
  const flag = target === 'DNAT' ? '--to-destination' : target === 'SNAT' ? '--to-source' : target === 'NETMAP' ? '--to' : undefined;
  if (flag === undefined) return 0;
  draft.target.push(flag, word.slice('to:'.length));
  return 1;
}

/** `redir ports 8080`, `masq ports: 1024-65535`, `reject-with X`, `MARK set 0x1`, `LOG flags 0 level 4 prefix "x"`. */
const targetWords: Reader = (words, at, draft, target) => {
  const [first, second = '', third = ''] = words.slice(at);
  if (first === 'redir' && second === 'ports') return taken(3, () => draft.target.push('--to-ports', third));
  if (first === 'masq' && second === 'ports:') return taken(3, () => draft.target.push('--to-ports', third));
  if (first === 'reject-with') return taken(2, () => draft.target.push('--reject-with', second));
  if (first === 'MARK' && /^(?:set|xset|and|or|xor)$/.test(second))
    return taken(3, () => draft.target.push(`--${second}-mark`.replace('--set-', '--set-x'), third));
  return target === 'LOG' && first === 'LOG' ? words.length - at : 0;
};

/** `icmptype 8`, `icmp type 8 code 0`, `icmp !type 8`, `icmp echo-request`, `icmp !echo-request`. */
const icmp: Reader = (words, at, draft) => {
  const first = words[at + 1] ?? '';
  const negated = first.startsWith('!');
  const word = first.replace(/^!/, '');
  const typed = words[at] === 'icmp' && word === 'type';
  const type = typed ? words[at + 2] : word;
  if (type === undefined || type === '') return 0;
  const coded = typed && words[at + 3] === 'code' ? words[at + 4] : undefined;
  const value = coded === undefined ? type : `${type}/${coded}`;
  const count = (typed ? 3 : 2) + (coded === undefined ? 0 : 2);
  return taken(count, () => draft.matches.push('-m', 'icmp', ...(negated ? ['!'] : []), '--icmp-type', value));
};

/** What `-m conntrack` prints, each with its value (libxt_conntrack.c, conntrack_dump). */
const CONNTRACK = [
  'ctstate',
  'ctproto',
  'ctorigsrc',
  'ctorigdst',
  'ctreplsrc',
  'ctrepldst',
  'ctorigsrcport',
  'ctorigdstport',
  'ctreplsrcport',
  'ctrepldstport',
  'ctstatus',
  'ctexpire',
  'ctdir',
] as const;
const CONNTRACK_WORDS: ReadonlySet<string> = new Set(CONNTRACK);

/** `ctorigdstport 8080 ctdir ORIGINAL`: options of one match, in a row. */
const conntrack: Reader = (words, at, draft) => {
  let end = at;
  draft.matches.push('-m', 'conntrack');
  while (end < words.length) {
    const apart = words[end] === '!' ? 1 : 0;
    const word = words[end + apart] ?? '';
    const value = words[end + apart + 1];
    if (!CONNTRACK_WORDS.has(word) || value === undefined) break;
    // 1.4 wrote `ctstate !NEW`
    const negated = apart === 1 || value.startsWith('!');
    draft.matches.push(...(negated ? ['!'] : []), `--${word}`, value.replace(/^!/, ''));
    end += apart + 2;
  }
  return end - at;
};

/** `! ctstate NEW`: the word that stands alone negates the option of the phrase behind it. */
function negatedPhrase(words: readonly string[], at: number, draft: Draft, target: string): number {
  const inner: Draft = { matches: [], target: [], unknown: [] };
  const count = phrase(words, at + 1, inner, target);
  const flags = inner.matches.filter((word) => word.startsWith('--'));
  const [flag] = flags;
  const alone = flags.length === 1 || CONNTRACK_WORDS.has(words[at + 1] ?? '');
  if (count === 0 || flag === undefined || !alone || inner.target.length > 0 || inner.matches[inner.matches.indexOf(flag) - 1] === '!')
    return 0;
  const place = inner.matches.indexOf(flag);
  draft.matches.push(...inner.matches.slice(0, place), '!', ...inner.matches.slice(place));
  return count + 1;
}

const WORDS: ReadonlyMap<string, Reader> = new Map([
  ['tcp', protocol],
  ['udp', protocol],
  ['sctp', protocol],
  ...CONNTRACK.map((word) => [word, conntrack] as const),
  ['state', valued('-m', 'state', '--state')],
  ['multiport', multiport],
  ['limit:', limit],
  ['match-set', set],
  ['icmptype', icmp],
  ['icmp', icmp],
]);

function phrase(words: readonly string[], at: number, draft: Draft, target: string): number {
  const word = words[at] ?? '';
  if (word === '!') return negatedPhrase(words, at, draft, target);
  if (word === '/*') return comment(words, at, draft);
  if (word === 'ADDRTYPE' && words[at + 1] === 'match') return addrtype(words, at, draft, target);
  if (word.startsWith('to:')) return translation(word, draft, target);
  if (word === 'mark' && words[at + 1] === 'match') {
    const count = valued('-m', 'mark', '--mark')(words, at + 1, draft, target);
    return count === 0 ? 0 : count + 1;
  }
  return targetWords(words, at, draft, target) || (WORDS.get(word)?.(words, at, draft, target) ?? 0);
}

/**
 * Reads what `iptables -L` prints behind a rule's addresses: each extension's own print function, turned back into options.
 * @param target the rule's target, whose words stand last.
 */
export function readListedWords(words: readonly string[], target: string): ListedWords {
  const draft: Draft = { matches: [], target: [], unknown: [] };
  for (let at = 0; at < words.length;) {
    const count = phrase(words, at, draft, target);
    if (count === 0) draft.unknown.push(words[at] ?? '');
    at += Math.max(count, 1);
  }
  return draft;
}
