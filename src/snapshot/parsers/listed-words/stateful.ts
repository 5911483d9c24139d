import { taken, type Reader } from './draft.js';

/** `#conn src/32 > 10`, `#conn dst/24 <= 10`. */
export const connlimit: Reader = (words, at, draft) => {
  const [side, mask] = (words[at + 1] ?? '').split('/');
  const [sign, count] = words.slice(at + 2);
  if ((side !== 'src' && side !== 'dst') || mask === undefined || count === undefined || (sign !== '>' && sign !== '<=')) return 0;
  const above = sign === '>' ? '--connlimit-above' : '--connlimit-upto';
  const options = ['-m', 'connlimit', above, count, '--connlimit-mask', mask, side === 'src' ? '--connlimit-saddr' : '--connlimit-daddr'];
  return taken(4, () => draft.matches.push(...options));
};

/** `connbytes 100:200 connbytes mode bytes connbytes direction both`. */
export const connbytes: Reader = (words, at, draft) => {
  const [range, word, mode, what, again, direction, where] = words.slice(at + 1);
  if (word !== 'connbytes' || mode !== 'mode' || again !== 'connbytes' || direction !== 'direction') return 0;
  if (range === undefined || what === undefined || where === undefined) return 0;
  const options = ['-m', 'connbytes', '--connbytes', range, '--connbytes-mode', what, '--connbytes-dir', where];
  return taken(8, () => draft.matches.push(...options));
};

const RECENT: ReadonlyMap<string, string> = new Map([
  ['SET', '--set'],
  ['CHECK', '--rcheck'],
  ['UPDATE', '--update'],
  ['REMOVE', '--remove'],
]);

/** `recent: UPDATE seconds: 60 hit_count: 4 TTL-Match name: SSH side: source mask: 255.255.255.255`. */
export const recent: Reader = (words, at, draft) => {
  const options = [RECENT.get(words[at + 1] ?? '') ?? ''];
  let end = at + 2;
  for (; words[end] !== 'name:'; end++) {
    const word = words[end];
    if (word === 'seconds:') options.push('--seconds', words[++end] ?? '');
    else if (word === 'hit_count:') options.push('--hitcount', words[++end] ?? '');
    else if (word === 'reap') options.push('--reap');
    else if (word === 'TTL-Match') options.push('--rttl');
    else return 0;
  }
  const [name, side, which, masked, mask] = words.slice(end + 1);
  if (name === undefined || side !== 'side:' || (which !== 'source' && which !== 'dest') || options[0] === '') return 0;
  const withMask = masked === 'mask:' && mask !== undefined;
  const tail = ['--name', name, ...(withMask ? ['--mask', mask] : []), which === 'source' ? '--rsource' : '--rdest'];
  return taken(end + (withMask ? 6 : 4) - at, () => draft.matches.push('-m', 'recent', ...options, ...tail));
};

const SET_COUNTERS = /^(?:packets|bytes)-(?:eq|lt|gt)$/;

/** `match-set s1 src,dst return-nomatch packets-gt 3`. */
export const set: Reader = (words, at, draft) => {
  const [name, sides] = [words[at + 1], words[at + 2]];
  if (name === undefined || sides === undefined) return 0;
  const options = ['-m', 'set', '--match-set', name, sides];
  let end = at + 3;
  for (; ; end++) {
    const word = words[end] ?? '';
    const flag = /^(?:return-nomatch|update-(?:sub)?counters)$/.test(word) ? word : '';
    if (flag !== '') options.push(...(word.startsWith('update') ? ['!'] : []), `--${flag}`);
    else if (SET_COUNTERS.test(word) && words[end + 1] !== undefined && words[end + 1] !== '!')
      options.push(`--${word}`, words[++end] ?? '');
    else break;
  }
  return taken(end - at, () => draft.matches.push(...options));
};

/** `statistic mode random probability 0.5`, `statistic mode nth ! every 3 packet 1`. */
export const statistic: Reader = (words, at, draft) => {
  const [mode, what, ...rest] = words.slice(at + 1);
  const sign = rest[0] === '!' ? ['!'] : [];
  const [how, value, packet, number] = rest.slice(sign.length);
  if (mode !== 'mode' || value === undefined) return 0;
  const head = ['-m', 'statistic', '--mode'];
  if (what === 'random' && how === 'probability')
    return taken(5 + sign.length, () => draft.matches.push(...head, what, ...sign, '--probability', value));
  if (what !== 'nth' || how !== 'every') return 0;
  const offset = packet === 'packet' && number !== undefined ? number : undefined;
  const count = 5 + sign.length + (offset === undefined ? 0 : 2);
  return taken(count, () => draft.matches.push(...head, what, ...sign, '--every', value, '--packet', offset ?? '0'));
};

/** `limit: avg 3/min burst 5`. */
export const limit: Reader = (words, at, draft) => {
  const [rate, burst] = [words[at + 2], words[at + 4]];
  if (words[at + 1] !== 'avg' || rate === undefined || words[at + 3] !== 'burst' || burst === undefined) return 0;
  return taken(5, () => draft.matches.push('-m', 'limit', '--limit', rate, '--limit-burst', burst));
};
