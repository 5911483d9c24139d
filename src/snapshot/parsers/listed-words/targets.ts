import { quoted, quotedText, type OptionDraft } from './draft.js';

/** Turns the last words of a rule, which its target prints, into its options; undefined where they are not the target's. */
type TargetReader = (words: readonly string[]) => readonly string[] | undefined;

const PICKS = /^(?:random|random-fully|persistent)$/;

/** `to:172.17.0.3:80 random persistent`, `redir ports 80 random`, `masq ports: 1024-2000 random-fully`. */
const translation =
  (flag: string, head: readonly string[]): TargetReader =>
  (words) => {
    const options: string[] = [];
    let at = 0;
    if (head.length > 0 && head.every((word, i) => words[i] === word)) {
      options.push(flag, words[head.length] ?? '');
      at = head.length + 1;
    } else if (head.length === 0 && words[0]?.startsWith('to:') === true) {
      options.push(flag, words[0].slice('to:'.length));
      at = 1;
    }
    const picks = words.slice(at);
    if (words.length === 0 || at > words.length || !picks.every((word) => PICKS.test(word))) return undefined;
    return [...options, ...picks.map((word) => `--${word}`)];
  };

/** `MARK set 0x1`, `MARK xset 0x1/0xff`, `CONNMARK or 0x4`, `TOS set 0x10/0x3f`, `DSCP set 0x0a`. */
const setting =
  (name: string, suffix: string, whole: boolean): TargetReader =>
  ([first, how = '', value, ...rest]) => {
    if (first !== name || value === undefined || rest.length > 0 || !/^(?:set|xset|and|or|xor)$/.test(how)) return undefined;
    if (how === 'set') return whole ? [`--set-x${suffix}`, `${value}/0xffffffff`] : [`--set-${suffix}`, value];
    return how === 'xset' ? [`--set-x${suffix}`, value] : [`--${how}-${suffix}`, value];
  };

/** `CONNMARK save`, `CONNMARK restore mask 0xff`, `CONNMARK restore ctmask 0xf nfmask ~0xff` (print_mask of libxt_CONNMARK). */
const connmark: TargetReader = (words) => {
  const [first, how, what, one, other, two, ...rest] = words;
  if (first !== 'CONNMARK' || rest.length > 0 || (how !== 'save' && how !== 'restore')) return setting('CONNMARK', 'mark', true)(words);
  if (what === undefined) return [`--${how}-mark`, '--nfmask', '0xffffffff', '--ctmask', '0xffffffff'];
  if (what === 'mask' && one !== undefined && other === undefined) return [`--${how}-mark`, '--nfmask', one, '--ctmask', one];
  if (!/^(?:ct|nf)mask$/.test(what) || one === undefined || !/^(?:ct|nf)mask$/.test(other ?? '') || two === undefined) return undefined;
  return [`--${how}-mark`, `--${what}`, one, `--${other ?? ''}`, two.replace(/^~/, '')];
};

/** `LOG flags 0 level 4 prefix "x "`: what it writes is all that it does. */
const log: TargetReader = (words) => {
  if (words[0] !== 'LOG') return undefined;
  const at = words.indexOf('prefix');
  const prefix = at < 0 ? undefined : quotedText(words, at + 1);
  return prefix === undefined ? [] : ['--log-prefix', quoted(prefix.text)];
};

const NFQUEUE: ReadonlyMap<string, string> = new Map([
  ['num', '--queue-num'],
  ['balance', '--queue-balance'],
]);

/** `NFQUEUE num 3 bypass`. */
const nfqueue: TargetReader = ([first, how, value, ...rest]) => {
  const flag = NFQUEUE.get(how ?? '');
  if (first !== 'NFQUEUE' || flag === undefined || value === undefined || !rest.every((word) => /^(?:bypass|cpu-fanout)$/.test(word)))
    return undefined;
  return [flag, value, ...rest.map((word) => `--queue-${word}`)];
};

/** `CT notrack`, `CT zone 5`, `CT helper ftp`; `NOTRACK` of a rule that was made with `-j NOTRACK`, which is a CT since Linux 3.8. */
const ct: TargetReader = ([first, what, value, ...rest]) => {
  if (first === 'NOTRACK' && what === undefined) return ['--notrack'];
  if (first !== 'CT' || rest.length > 0) return undefined;
  if (what === 'notrack' && value === undefined) return ['--notrack'];
  return /^(?:zone|zone-orig|zone-reply|helper|timeout|ctevents|expevents)$/.test(what ?? '') && value !== undefined
    ? [`--${what ?? ''}`, value]
    : undefined;
};

/** `TPROXY redirect 10.0.0.1:8080 mark 0x1/0xff`. */
const tproxy: TargetReader = ([first, redirect, to = '', mark, value, ...rest]) => {
  const cut = to.lastIndexOf(':');
  if (first !== 'TPROXY' || redirect !== 'redirect' || cut < 0 || mark !== 'mark' || value === undefined || rest.length > 0)
    return undefined;
  return ['--on-port', to.slice(cut + 1), '--on-ip', to.slice(0, cut).replace(/^\[|\]$/g, ''), '--tproxy-mark', value];
};

/** `add-set s1 src exist timeout 60`. */
const set: TargetReader = ([how, name, sides, ...rest]) => {
  if (!/^(?:add|del)-set$/.test(how ?? '') || name === undefined || sides === undefined) return undefined;
  const options: string[] = [`--${how ?? ''}`, name, sides];
  for (let at = 0; at < rest.length; at++) {
    if (rest[at] === 'exist') options.push('--exist');
    else if (rest[at] === 'timeout' && rest[at + 1] !== undefined) options.push('--timeout', rest[++at] ?? '');
    else return undefined;
  }
  return options;
};

const TTL: ReadonlyMap<string, string> = new Map([
  ['set to', 'set'],
  ['decrement by', 'dec'],
  ['increment by', 'inc'],
]);

/** `TTL decrement by 1`, `HL set to 64`. */
const ttl =
  (name: string): TargetReader =>
  ([first, how, to, value, ...rest]) => {
    const option = TTL.get(`${how ?? ''} ${to ?? ''}`);
    return first !== name || option === undefined || value === undefined || rest.length > 0
      ? undefined
      : [`--${name.toLowerCase()}-${option}`, value];
  };

/** `CLASSIFY set 1:2`, `AUDIT accept`: words that stand before one value. */
const worded =
  (phrase: string, flag: string): TargetReader =>
  (words) => {
    const spoken = phrase.split(' ');
    const value = words[spoken.length];
    const fits = spoken.every((word, i) => words[i] === word) && words.length === spoken.length + 1 && value !== undefined;
    return fits ? [flag, value] : undefined;
  };

/** `CHECKSUM fill`: words that say it all. */
const bareWords =
  (phrase: string, flag: string): TargetReader =>
  (words) =>
    words.join(' ') === phrase ? [flag] : undefined;

const tcpmss: TargetReader = (words) =>
  bareWords('TCPMSS clamp to PMTU', '--clamp-mss-to-pmtu')(words) ?? worded('TCPMSS set', '--set-mss')(words);

/** `TEE gw:10.0.0.1`. */
const tee: TargetReader = ([first, gateway = '', ...rest]) =>
  first === 'TEE' && gateway.startsWith('gw:') && rest.length === 0 ? ['--gateway', gateway.slice('gw:'.length)] : undefined;

/** `nflog-prefix "x" nflog-group 2`: what it writes is all that it does. */
const nflog: TargetReader = ([first = '']) => (first.startsWith('nflog-') ? [] : undefined);

const TARGETS: ReadonlyMap<string, TargetReader> = new Map<string, TargetReader>([
  ['DNAT', translation('--to-destination', [])],
  ['SNAT', translation('--to-source', [])],
  ['NETMAP', translation('--to', [])],
  ['REDIRECT', translation('--to-ports', ['redir', 'ports'])],
  ['MASQUERADE', translation('--to-ports', ['masq', 'ports:'])],
  [
    'REJECT',
    ([first, how, ...rest]) => (first === 'reject-with' && how !== undefined && rest.length === 0 ? ['--reject-with', how] : undefined),
  ],
  ['MARK', setting('MARK', 'mark', true)],
  ['CONNMARK', connmark],
  ['TOS', setting('TOS', 'tos', false)],
  ['DSCP', setting('DSCP', 'dscp', false)],
  ['TTL', ttl('TTL')],
  ['HL', ttl('HL')],
  ['LOG', log],
  ['NFQUEUE', nfqueue],
  ['CT', ct],
  ['NOTRACK', ([first, ...rest]) => (first === 'NOTRACK' && rest.length === 0 ? [] : undefined)],
  ['TPROXY', tproxy],
  ['SET', set],
  ['AUDIT', worded('AUDIT', '--type')],
  ['CHECKSUM', bareWords('CHECKSUM fill', '--checksum-fill')],
  ['CLASSIFY', worded('CLASSIFY set', '--set-class')],
  ['TCPMSS', tcpmss],
  ['TCPOPTSTRIP', worded('TCPOPTSTRIP options', '--strip-options')],
  ['TEE', tee],
  ['ECN', bareWords('ECN TCP remove', '--ecn-tcp-remove')],
  ['NFLOG', nflog],
]);

/**
 * @param words the rest of a rule's words.
 * @returns whether they are what its target prints; they are then in the draft as its options.
 */
export function readTarget(words: readonly string[], target: string, draft: OptionDraft): boolean {
  const options = TARGETS.get(target)?.(words);
  if (options === undefined) return false;
  draft.target.push(...options);
  return true;
}
