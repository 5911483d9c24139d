import { negation, quoted, quotedText, taken, type Reader } from './draft.js';
import { connbytes, connlimit, limit, recent, set, statistic } from './stateful.js';

/**
 * A phrase and one value behind it: `ctstate NEW`, `ctstate !NEW`, `connmark match ! 0x1`.
 * @param phrase words that stand before the value.
 * @param option the module and the option: `-m conntrack --ctstate`.
 */
const said = (phrase: string, option: string): readonly [string, Reader] => {
  const spoken = phrase.split(' ');
  const place = option.lastIndexOf(' ');
  const [module, flag] = [option.slice(0, place).split(' '), option.slice(place + 1)];
  const reader: Reader = (words, at, draft) => {
    if (spoken.some((word, i) => words[at + i] !== word)) return 0;
    const apart = words[at + spoken.length] === '!' ? 1 : 0;
    const found = words[at + spoken.length + apart];
    if (found === undefined) return 0;
    const { value, bang } = negation(found);
    if (value === '' || (apart === 1 && bang.length > 0)) return 0;
    const sign = apart === 1 ? ['!'] : bang;
    return taken(spoken.length + apart + 1, () => draft.matches.push(...module, ...sign, flag, value));
  };
  return [spoken[0] ?? '', reader];
};

/** A phrase alone: `owner socket exists`. */
const alone = (phrase: string, option: string): readonly [string, Reader] => {
  const spoken = phrase.split(' ');
  return [
    spoken[0] ?? '',
    (words, at, draft) =>
      spoken.some((word, i) => words[at + i] !== word) ? 0 : taken(spoken.length, () => draft.matches.push(...option.split(' '))),
  ];
};

const ADDRESSES = ['ctorigsrc', 'ctorigdst', 'ctreplsrc', 'ctrepldst'];
const CONNTRACK = ['ctstate', 'ctproto', 'ctstatus', 'ctexpire', ...ADDRESSES, ...ADDRESSES.map((word) => `${word}port`)];
const OWNERS: readonly (readonly [string, string])[] = [
  ['UID', 'uid'],
  ['GID', 'gid'],
  ['PID', 'pid'],
  ['SID', 'sid'],
  ['CMD', 'cmd'],
];

/** `TTL match TTL == 64`, `HL match HL < 5` (print of libipt_ttl and libip6t_hl). */
const ttl: Reader = (words, at, draft) => {
  const name = words[at] ?? '';
  const [sign = '', value] = words.slice(at + 3);
  const how = new Map([
    ['==', ['eq']],
    ['!=', ['!', 'eq']],
    ['<', ['lt']],
    ['>', ['gt']],
  ]).get(sign);
  if (words[at + 1] !== 'match' || words[at + 2] !== name || how === undefined || value === undefined) return 0;
  const module = name.toLowerCase();
  return taken(5, () => draft.matches.push('-m', module, ...how.slice(0, -1), `--${module}-${how.at(-1) ?? ''}`, value));
};

/** `PKTTYPE = broadcast`, `PKTTYPE != unicast`. */
const pkttype: Reader = (words, at, draft) => {
  const [sign, value] = words.slice(at + 1);
  if ((sign !== '=' && sign !== '!=') || value === undefined) return 0;
  return taken(3, () => draft.matches.push('-m', 'pkttype', ...(sign === '!=' ? ['!'] : []), '--pkt-type', value));
};

/** `PHYSDEV match --physdev-in eth0 ! --physdev-is-bridged`: options as they are typed. */
const physdev: Reader = (words, at, draft) => {
  if (words[at + 1] !== 'match') return 0;
  let end = at + 2;
  for (;;) {
    const flag = words[words[end] === '!' ? end + 1 : end] ?? '';
    if (!/^--physdev-(?:in|out|is-in|is-out|is-bridged)$/.test(flag)) break;
    end += (words[end] === '!' ? 1 : 0) + (/-(?:in|out)$/.test(flag) && !flag.includes('-is-') ? 2 : 1);
  }
  if (end === at + 2 || end > words.length) return 0;
  return taken(end - at, () => draft.matches.push('-m', 'physdev', ...words.slice(at + 2, end)));
};

/** `STRING match ! "foo bar" ALGO name bm FROM 10 TO 99 ICASE`. */
const string: Reader = (words, at, draft) => {
  if (words[at + 1] !== 'match') return 0;
  const sign = words[at + 2] === '!' ? ['!'] : [];
  const text = quotedText(words, at + 2 + sign.length);
  if (text === undefined) return 0;
  let end = at + 2 + sign.length + text.count;
  const [algo, name, which] = words.slice(end);
  if (algo !== 'ALGO' || name !== 'name' || which === undefined) return 0;
  end += 3;
  const bounds: string[] = [];
  for (; end < words.length; end++) {
    if (words[end] === 'ICASE') bounds.push('--icase');
    else if (words[end] === 'FROM') bounds.push('--from', words[++end] ?? '');
    else if (words[end] === 'TO') bounds.push('--to', words[++end] ?? '');
    else break;
  }
  const flag = /^\|[0-9a-f]+\|$/i.test(text.text) ? '--hex-string' : '--string';
  return taken(end - at, () => draft.matches.push('-m', 'string', ...sign, flag, quoted(text.text), '--algo', which, ...bounds));
};

/** `helper match ! "ftp"`, `u32 ! "0x0&0xff=0x1"`. */
const inQuotes = (phrase: string, module: string, flag: string): readonly [string, Reader] => {
  const spoken = phrase.split(' ');
  return [
    spoken[0] ?? '',
    (words, at, draft) => {
      if (spoken.some((word, i) => words[at + i] !== word)) return 0;
      const sign = words[at + spoken.length] === '!' ? ['!'] : [];
      const found = quotedText(words, at + spoken.length + sign.length);
      if (found === undefined) return 0;
      const count = spoken.length + sign.length + found.count;
      return taken(count, () => draft.matches.push('-m', module, ...sign, flag, quoted(found.text)));
    },
  ];
};

/** `ah spi:5`, `esp spis:!5:9`. */
const spi =
  (module: string): Reader =>
  (words, at, draft) => {
    const found = /^spis?:(.+)$/.exec(words[at + 1] ?? '')?.[1];
    if (found === undefined) return 0;
    const { value, bang } = negation(found);
    return taken(2, () => draft.matches.push('-m', module, ...bang, `--${module}spi`, value));
  };

/** `ECN match CWR !ECE ECT=2`. */
const ecn: Reader = (words, at, draft) => {
  if (words[at + 1] !== 'match') return 0;
  const options: string[] = [];
  let end = at + 2;
  for (; ; end++) {
    const found = /^(!?)(?:(CWR|ECE)|ECT=(\d))$/.exec(words[end] ?? '');
    if (found === null) break;
    const sign = found[1] === '!' ? ['!'] : [];
    options.push(...sign, ...(found[2] === undefined ? ['--ecn-ip-ect', found[3] ?? ''] : [`--ecn-tcp-${found[2].toLowerCase()}`]));
  }
  return end === at + 2 ? 0 : taken(end - at, () => draft.matches.push('-m', 'ecn', ...options));
};

/** `tos match0x10/0x3f`, `tos match!0x10/0xff`. */
const tos = (word: string): readonly string[] | undefined => {
  const found = /^match(!?)(0x[0-9a-f]+(?:\/0x[0-9a-f]+)?)$/i.exec(word);
  return found === null ? undefined : ['-m', 'tos', ...(found[1] === '!' ? ['!'] : []), '--tos', found[2] ?? ''];
};

const tosMatch: Reader = (words, at, draft) => {
  const options = tos(words[at + 1] ?? '');
  return options === undefined ? 0 : taken(2, () => draft.matches.push(...options));
};

/** `socket --transparent --nowildcard`: options as they are typed. */
const socket: Reader = (words, at, draft) => {
  let end = at + 1;
  while (/^--(?:transparent|nowildcard|restore-skmark)$/.test(words[end] ?? '')) end++;
  return taken(end - at, () => draft.matches.push('-m', 'socket', ...words.slice(at + 1, end)));
};

/** What each extension's print function writes, by its first word; of several for one word, the first that fits. */
export const MATCH_WORDS: readonly (readonly [string, Reader])[] = [
  ...CONNTRACK.map((word) => said(word, `-m conntrack --${word}`)),
  alone('ctdir REPLY', '-m conntrack --ctdir REPLY'),
  alone('ctdir ORIGINAL', '-m conntrack --ctdir ORIGINAL'),
  said('state', '-m state --state'),
  said('mark match', '-m mark --mark'),
  said('MARK match', '-m mark --mark'),
  said('connmark match', '-m connmark --mark'),
  said('CONNMARK match', '-m connmark --mark'),
  said('source IP range', '-m iprange --src-range'),
  said('destination IP range', '-m iprange --dst-range'),
  said('MAC', '-m mac --mac-source'),
  said('length', '-m length --length'),
  said('tcpmss match', '-m tcpmss --mss'),
  said('DSCP match', '-m dscp --dscp'),
  said('realm', '-m realm --realm'),
  said('src-group', '-m devgroup --src-group'),
  said('dst-group', '-m devgroup --dst-group'),
  said('cpu', '-m cpu --cpu'),
  said('connlabel', '-m connlabel --label'),
  said('cgroup', '-m cgroup --cgroup'),
  ...OWNERS.map(([word, name]) => said(`owner ${word} match`, `-m owner --${name}-owner`)),
  alone('owner socket exists', '-m owner --socket-exists'),
  ['socket', socket],
  ['TTL', ttl],
  ['HL', ttl],
  ['PKTTYPE', pkttype],
  ['PHYSDEV', physdev],
  ['#conn', connlimit],
  ['connbytes', connbytes],
  ['recent:', recent],
  ['match-set', set],
  ['statistic', statistic],
  ['STRING', string],
  ['ECN', ecn],
  ['tos', tosMatch],
  ['limit:', limit],
  ['ah', spi('ah')],
  ['esp', spi('esp')],
  inQuotes('helper match', 'helper', '--helper'),
  inQuotes('u32', 'u32', '--u32'),
];
