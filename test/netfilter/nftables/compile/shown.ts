import { formatIp, type Ip } from '../../../../src/address/ip.js';
import type { Action, RuleStep } from '../../../../src/netfilter/action.js';
import { compileNftRule, TableSets } from '../../../../src/netfilter/nftables/compile/index.js';
import type { Predicate } from '../../../../src/netfilter/predicate/predicate.js';
import type { KeyedSet, KeyPart } from '../../../../src/netfilter/sets/keyed-set.js';
import type { Term } from '../../../../src/netfilter/term.js';
import { fromText } from '../models.js';

/** So much is told of a value: as a number; addresses of IPv6 as such. */
const value = (one: Ip | string): string => (typeof one === 'bigint' ? formatIp(one) : String(one));

function part(one: KeyPart): string {
  switch (one.kind) {
    case 'any':
      return '*';
    case 'name':
      return `"${one.name}${one.prefix ? '*' : ''}"`;
    case 'range':
      return one.lo === one.hi ? value(one.lo) : `${value(one.lo)}-${value(one.hi)}`;
  }
}

function set({ name, entries, plain }: KeyedSet): string {
  if (name !== '') return name;
  const listed = entries.map(({ key, data, asks }) => {
    const to = data === undefined ? '' : ` : ${data.kind === 'values' ? data.of.map(part).join(' . ') : data.text}`;
    return `${key.map(part).join(' . ')}${asks.length > 0 ? '?' : ''}${to}`;
  });
  const ranges = plain === undefined ? [] : Array.from(plain.lo, (lo, i) => part({ kind: 'range', lo, hi: plain.hi[i]! }));
  return `{ ${[...listed, ...ranges].join(', ')} }`;
}

function term(one: Term): string {
  switch (one.op) {
    case 'const':
      return value(one.value);
    case 'field':
      return one.field;
    case 'ifname':
      return `${one.which}name`;
    case 'binary':
      return `(${term(one.left)} ${one.by} ${term(one.right)})`;
    case 'bits':
      return `@${one.base},${one.offset},${one.length}`;
    case 'map':
      return `${one.key.map(term).join(' . ')} map ${set(one.map)}`;
    case 'fib':
      return `fib(${one.result} ${one.flags.join('.')})`;
    case 'nexthop':
      return 'nexthop';
    case 'draw':
      return `draw(${one.offset}+${one.mod})`;
    case 'unknown':
      return `ask(${one.question.category})`;
  }
}

function asked(one: Predicate): string {
  switch (one.op) {
    case 'const':
      return one.value ? 'always' : 'never';
    case 'not':
      return `not ${asked(one.of)}`;
    case 'and':
      return one.of.map(asked).join(' & ');
    case 'or':
      return `(${one.of.map(asked).join(' | ')})`;
    case 'in':
      return `${one.field} ${one.ranges.map(([lo, hi]) => part({ kind: 'range', lo, hi })).join(',')}`;
    case 'masked':
      return `${one.field}&${value(one.mask)}=${value(one.value)}`;
    case 'anybit':
      return `${one.field} any ${one.mask}`;
    case 'iface':
      return `${one.which} "${one.name}${one.prefix ? '*' : ''}"`;
    case 'addrtype':
      return `${one.field} is ${one.types.join(',')}${one.limit === undefined ? '' : ` by ${one.limit}`}`;
    case 'lookup':
      return `${one.key.map(term).join(' . ')} in ${set(one.set)}`;
    case 'unknown':
      return `ask(${one.question.category})`;
    default:
      return one.op;
  }
}

/** What of an action's parts is said, without questions' words. */
function plain(parts: Readonly<Record<string, unknown>>): string {
  return Object.entries(parts)
    .filter(([, one]) => one !== undefined && one !== false)
    .map(([name, one]) => (one === true ? name : `${name}=${value(one as Ip | string)}`))
    .join(' ');
}

function done(action: Action): string {
  switch (action.kind) {
    case 'sequence':
      return action.of.map(step).join('; ');
    case 'write':
      return `${action.to} := ${term(action.value)}`;
    case 'update':
      return `${action.op} ${set(action.set)} ${action.key.map(term).join(' . ')}${action.data === undefined ? '' : ` : ${action.data.map(term).join(' . ')}`}`;
    case 'vmap':
      return `${action.key.map(term).join(' . ')} vmap ${set(action.map)}`;
    case 'nat':
      return `${action.manip === 'src' ? 'snat' : 'dnat'} ${plain({ ...action.range })}`;
    case 'masquerade':
    case 'redirect':
      return `${action.kind} ${plain({ ...action.range })}`.trim();
    case 'nat-by': {
      const { kind: _, addr, port, ...rest } = action;
      return `${plain({ ...rest, addr: addr && term(addr), port: port && term(port) })}`;
    }
    case 'tproxy-to':
      return `tproxy ${plain({ addr: action.addr && term(action.addr), port: action.port && term(action.port) })}`;
    case 'unknown':
      return `ask(${action.question.category}: ${action.question.yes}/${action.question.no})`;
    default: {
      const { kind, ...rest } = action;
      return `${kind} ${plain(rest)}`.trim();
    }
  }
}

function step(one: RuleStep): string {
  return one.step === 'when' ? `[${asked(one.predicate)}]` : `${done(one.action)}${one.only === undefined ? '' : ` (IPv${one.only} only)`}`;
}

const HEAD = `set s4 {\ntype ipv4_addr\nflags interval\n}\nset dyn {\ntype ipv4_addr\nflags dynamic,timeout\n}\nmap m4 {\ntype ipv4_addr : mark\n}
map v4 {\ntype ipv4_addr : verdict\n}\nchain u {\n}\n`;

/** @returns a rule as it is compiled: what it asks first, `⇒` what it does then. */
export function compiled(family: string, rule: string): string {
  const { ruleset, problems } = fromText(`table ${family} t {\n${HEAD}chain c {\n${rule}\n}\n}\n`);
  const table = ruleset.tables[0]!;
  const [first] = table.chains.get('c')!.rules;
  if (problems.length > 0 || first === undefined) return problems.join('; ');
  const { predicate, action } = compileNftRule(first, table, new TableSets(table));
  return `${asked(predicate)} ⇒ ${done(action)}`;
}
