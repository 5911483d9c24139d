import { familyOf, addressBits, parseIp, parsePrefix } from '../../address/ip.js';
import { protocolName, protocolNumber } from '../../netfilter/index.js';

/** What a column of a row of `iptables -L` asks, as options of a rule. */
export interface ColumnCondition {
  readonly options: readonly string[];
  /** What of it cannot be told from the listing. */
  readonly hidden?: string;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['K', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
]);
/** /etc/networks of Debian, by which `iptables -L` without -n names networks. */
const NETWORKS: ReadonlyMap<string, string> = new Map([
  ['default', '0.0.0.0'],
  ['loopback', '127.0.0.0'],
  ['link-local', '169.254.0.0'],
  ['localhost', '127.0.0.1'],
  ['ip6-localhost', '::1'],
]);

/** @returns a counter as `-v` rounds it: `17M`. */
export function counter(text: string | undefined): number | undefined {
  const found = /^(\d{1,15})([KMGT]?)$/.exec(text ?? '');
  return found === null ? undefined : Number(found[1]) * (UNITS.get(found[2] ?? '') ?? 1);
}

/** `all`, `tcp`, `!udp`, `6`, `0`; undefined where the word is no protocol. */
export function protocolOf(word: string | undefined): ColumnCondition | undefined {
  const name = (word ?? '').replace(/^!/, '');
  if (name === 'all' || name === '0') return { options: [] };
  const number = protocolNumber(name);
  if (name === '' || number === undefined) return undefined;
  return { options: [...(word?.startsWith('!') ? ['!'] : []), '-p', protocolName(number)] };
}

/** A source or destination, which without -n may be a name. */
export function addressOf(flag: string, word: string): ColumnCondition {
  const negated = word.startsWith('!') ? ['!'] : [];
  const text = word.replace(/^!/, '');
  if (text === 'anywhere') return { options: [] };
  const [name = '', mask] = text.split('/');
  const address = NETWORKS.get(name) ?? name;
  const prefix = parsePrefix(mask === undefined ? address : `${address}/${mask}`);
  if (prefix === undefined) return { options: [], hidden: `its ${flag === '-s' ? 'source' : 'destination'} is the resolved name ${text}` };
  if (prefix.length === 0 && negated.length === 0) return { options: [] };
  const shown =
    parseIp(text) !== undefined ? `${text}/${addressBits(familyOf(prefix.addr))}` : mask === undefined ? address : `${address}/${mask}`;
  return { options: [...negated, flag, shown] };
}

/** An interface, as `-v` shows it. */
export function deviceOf(flag: string, word: string): ColumnCondition {
  if (word === '*' || word === 'any') return { options: [] };
  return { options: [...(word.startsWith('!') ? ['!'] : []), flag, word.replace(/^!/, '')] };
}
