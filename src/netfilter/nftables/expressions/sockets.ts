import type { IpsecExpression, OsfExpression, SocketExpression } from '../ast.js';
import { oneOf, type JsonMembers } from '../json/value.js';
import type { Parser } from '../text/parser.js';

const SOCKET_KEYS = ['transparent', 'mark', 'wildcard', 'cgroupv2'] as const;

/** The key, `socket` being read: `transparent`, `cgroupv2 level 2`. */
export function parseSocket(p: Parser): SocketExpression {
  const word = p.word('a key of socket');
  const key = SOCKET_KEYS.find((one) => one === word) ?? p.fail(`socket has no key “${word}”`);
  if (key !== 'cgroupv2') return { kind: 'socket', key };
  p.expect('level');
  return { kind: 'socket', key, level: p.number('a level') };
}

/** @returns what nft prints as `socket mark`, of its JSON (libnftables-json(5)). */
export function readSocket(json: JsonMembers): SocketExpression {
  const level = json.maybeNumber('level');
  return { kind: 'socket', key: oneOf(json.string('key'), SOCKET_KEYS, 'key of socket'), ...(level === undefined ? {} : { level }) };
}

/** @returns it as nft prints it: `socket mark`. */
export function printSocket({ key, level }: SocketExpression): string {
  return `socket ${key}${level === undefined ? '' : ` level ${level}`}`;
}

const OSF_TTLS = ['loose', 'skip'] as const;

/** The key, `osf` being read: `name`, `ttl skip version`. */
export function parseOsf(p: Parser): OsfExpression {
  const ttl = p.take('ttl') ? p.word('loose or skip') : undefined;
  const known = OSF_TTLS.find((one) => one === ttl);
  if (ttl !== undefined && known === undefined) p.fail(`osf knows no ttl “${ttl}”: loose or skip`);
  const key = p.word('name or version');
  if (key !== 'name' && key !== 'version') return p.fail(`osf has no key “${key}”: name or version`);
  return { kind: 'osf', key, ...(known === undefined ? {} : { ttl: known }) };
}

/** @returns what nft prints as `osf name`, of its JSON (libnftables-json(5)). */
export function readOsf(json: JsonMembers): OsfExpression {
  const ttl = json.maybeString('ttl');
  return {
    kind: 'osf',
    key: oneOf(json.string('key'), ['name', 'version'], 'key of osf'),
    ...(ttl === undefined ? {} : { ttl: oneOf(ttl, OSF_TTLS, 'ttl of osf') }),
  };
}

/** @returns it as nft prints it: `osf name`. */
export function printOsf({ key, ttl }: OsfExpression): string {
  return `osf ${ttl === undefined ? '' : `ttl ${ttl} `}${key}`;
}

const IPSEC_KEYS = ['reqid', 'spi', 'saddr', 'daddr'] as const;

/** The key, `ipsec` being read: `in reqid`, `out spnum 1 ip saddr`. */
export function parseIpsec(p: Parser): IpsecExpression {
  const dir = p.word('in or out');
  if (dir !== 'in' && dir !== 'out') return p.fail(`ipsec “${dir}”: in or out`);
  const spnum = p.take('spnum') ? p.number('the number of a policy') : 0;
  if (spnum > 255) p.fail('value too large: spnum is at most 255');
  const family = p.isWord('ip') ? 'ip' : p.isWord('ip6') ? 'ip6' : undefined;
  if (family !== undefined) p.lex.next();
  const word = p.word('a key of ipsec');
  const key = IPSEC_KEYS.find((one) => one === word) ?? p.fail(`ipsec has no key “${word}”`);
  return { kind: 'ipsec', dir, spnum, key, ...(family === undefined ? {} : { family }) };
}

/** @returns what nft prints as `ipsec in reqid`, of its JSON (libnftables-json(5)). */
export function readIpsec(json: JsonMembers): IpsecExpression {
  const family = json.maybeString('family');
  return {
    kind: 'ipsec',
    dir: oneOf(json.string('dir'), ['in', 'out'], 'direction of ipsec'),
    spnum: json.maybeNumber('spnum') ?? 0,
    key: oneOf(json.string('key'), IPSEC_KEYS, 'key of ipsec'),
    ...(family === undefined ? {} : { family: oneOf(family, ['ip', 'ip6'], 'family of ipsec') }),
  };
}

/** @returns it as nft prints it: `ipsec in reqid`. */
export function printIpsec({ dir, spnum, key, family }: IpsecExpression): string {
  return `ipsec ${dir} ${spnum === 0 ? '' : `spnum ${spnum} `}${family === undefined ? '' : `${family} `}${key}`;
}
