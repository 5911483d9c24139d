import { addressBits, familyOf, formatIp, formatPrefix, parseIp, parsePrefix, type Ip } from '../../address/ip.js';
import type { Host } from '../../model/host.js';
import type { IpSet, IpSetMember } from '../../model/netfilter.js';
import { parseIpsetSave } from '../../snapshot/parsers/index.js';
import { factsIn } from '../../netfilter/iptables/index.js';
import { usesSet } from '../../netfilter/index.js';
import { refuse, withNetns, type Change } from '../change.js';
import { ownNetns } from '../ip/command.js';

/** Commands by each of their names (ipset_commands). */
const COMMANDS: ReadonlyMap<string, string> = new Map(
  [
    ['add', '-A', '--add'],
    ['del', '-D', '--del'],
    ['create', '-N', '--create', 'new'],
    ['destroy', '-X', '--destroy', 'x'],
    ['flush', '-F', '--flush'],
    ['rename', '-E', '--rename', 'e'],
    ['swap', '-W', '--swap', 'w'],
  ].flatMap((names) => names.map((name) => [name, names[0]!] as const)),
);
const MOST_EXPANDED = 65_536;

function setOf(host: Host, change: Change, name: string | undefined): IpSet {
  const netns = ownNetns(host, change);
  const set = name === undefined ? undefined : netns.ipsets.get(name);
  if (set !== undefined) return set;
  const names = [...netns.ipsets.keys()].slice(0, 12).join(', ');
  return refuse(change, `${change.netns} has no set "${name ?? ''}"; it has ${names || 'none (ipset-save.txt is missing or empty)'}`);
}

/** One part of an element as `ipset save` writes it. */
function partText(change: Change, set: IpSet, part: string): string {
  const prefix = parsePrefix(part);
  if (prefix === undefined) return /^\d+$/.test(part) && set.type.includes('port') && !set.type.startsWith('bitmap') ? `tcp:${part}` : part;
  if (familyOf(prefix.addr) !== set.family)
    refuse(change, `${part} is not of the family of set ${set.name} (inet${set.family === 6 ? '6' : ''})`);
  return prefix.length === addressBits(set.family) ? formatIp(prefix.addr) : formatPrefix(prefix);
}

function bounds(part: string): readonly [Ip, Ip] | undefined {
  const [from = '', to] = part.split('-');
  const [lo, hi] = [parseIp(from), to === undefined ? undefined : parseIp(to)];
  if (lo !== undefined && hi !== undefined && typeof lo === typeof hi) return [lo, hi];
  const prefix = part.includes('/') ? parsePrefix(part) : undefined;
  if (prefix === undefined) return undefined;
  const last =
    typeof prefix.addr === 'number'
      ? (prefix.addr | ~Number(prefix.mask)) >>> 0
      : prefix.addr | (((1n << 128n) - 1n) ^ BigInt(prefix.mask));
  return [prefix.addr, last];
}

/** A set of single addresses holds each address of a range by itself (hash_ip4_uadt). */
function elements(change: Change, set: IpSet, text: string): readonly string[] {
  const dims = set.type.slice(set.type.indexOf(':') + 1).split(',');
  const parts = text.split(',');
  if (set.type !== 'list:set' && parts.length !== dims.length)
    refuse(change, `an element of ${set.name} (${set.type}) has ${dims.length} parts, parted by commas; "${text}" has ${parts.length}`);
  const range = set.type === 'hash:ip' || set.type === 'bitmap:ip' ? bounds(text) : undefined;
  if (range === undefined)
    return [
      parts.map((part, i) => (dims[i] === 'ip' || dims[i] === 'net' || dims[i] === 'port' ? partText(change, set, part) : part)).join(','),
    ];
  const [lo, hi] = [BigInt(range[0]), BigInt(range[1])];
  if (hi < lo || hi - lo >= BigInt(MOST_EXPANDED)) refuse(change, `the range ${text} is of more than ${MOST_EXPANDED} addresses`);
  return Array.from({ length: Number(hi - lo) + 1 }, (_, i) => formatIp(typeof range[0] === 'number' ? Number(lo) + i : lo + BigInt(i)));
}

function readLine(change: Change, set: IpSet, element: string, options: readonly string[]): IpSetMember {
  const defaultTimeout = set.options.get('timeout');
  const timeout = defaultTimeout === undefined || options.includes('timeout') ? [] : ['timeout', defaultTimeout];
  const line = `create ${set.name} ${set.type}${set.family === 6 ? ' family inet6' : ''}\nadd ${[set.name, element, ...options, ...timeout].join(' ')}\n`;
  const { data, problems } = parseIpsetSave(line, change.origin.file);
  const member = data.get(set.name)?.members[0];
  return member === undefined ? refuse(change, problems[0]?.message ?? 'this is no element') : { ...member, origin: change.origin };
}

function edited(change: Change, set: IpSet, command: string, words: readonly string[], exist: boolean): IpSet {
  const [text = refuse(change, 'name the element'), ...options] = words;
  const named = elements(change, set, text);
  const at = new Map(set.members.map((member, i) => [partsOf(change, set, member), i]));
  if (command === 'del') {
    const lost = named.find((element) => !at.has(element));
    if (lost !== undefined && !exist) refuse(change, `set ${set.name} does not hold ${lost} (Element cannot be deleted: it's not added)`);
    const gone = new Set(named.map((element) => at.get(element)));
    return { ...set, members: set.members.filter((_, i) => !gone.has(i)) };
  }
  const there = named.find((element) => at.has(element));
  if (there !== undefined && !exist)
    refuse(change, `set ${set.name} holds ${there} already (Element cannot be added: it's already added); -exist passes over it`);
  const gone = new Set(named.map((element) => at.get(element)));
  return {
    ...set,
    members: [...set.members.filter((_, i) => !gone.has(i)), ...named.map((element) => readLine(change, set, element, options))],
  };
}

const partsOf = (change: Change, set: IpSet, { text }: IpSetMember): string =>
  set.type === 'list:set' ? text : elements(change, set, text).join(' ');

/** Kernel objects that hold a set: rules and other sets (ip_set_destroy refuses those). */
function usedBy(host: Host, change: Change, name: string): string | undefined {
  const netns = ownNetns(host, change);
  for (const ruleset of netns.rulesets)
    for (const table of ruleset.tables.values()) {
      const facts = factsIn(table, ruleset.family);
      for (const chain of table.chains.values())
        for (const rule of chain.rules)
          if (usesSet(facts.of(rule), facts.predicate(rule), name)) return `${rule.origin.file}:${rule.origin.line}`;
    }
  return [...netns.ipsets.values()].find((set) => set.type === 'list:set' && set.members.some((m) => m.text === name))?.name;
}

function destroyed(host: Host, change: Change, name: string): Host {
  const set = setOf(host, change, name);
  const user = usedBy(host, change, set.name);
  if (user !== undefined) refuse(change, `set ${name} is in use by ${user}, so the kernel keeps it`);
  return withNetns(host, change.netns, (netns) => ({ ...netns, ipsets: new Map([...netns.ipsets].filter(([other]) => other !== name)) }));
}

function created(host: Host, change: Change, words: readonly string[], exist: boolean): Host {
  const [name = refuse(change, 'name the set: ipset create NAME TYPE')] = words;
  if (ownNetns(host, change).ipsets.has(name)) return exist ? host : refuse(change, `there is a set ${name} already`);
  const { data, problems } = parseIpsetSave(`create ${words.join(' ')}\n`, change.origin.file);
  const set = data.get(name);
  if (set === undefined || problems.length > 0) refuse(change, problems[0]?.message ?? 'write it as ipset create NAME TYPE');
  return put(host, change, [{ ...set, origin: change.origin }]);
}

function put(host: Host, change: Change, sets: readonly IpSet[]): Host {
  return withNetns(host, change.netns, (netns) => ({
    ...netns,
    ipsets: new Map([...netns.ipsets, ...sets.map((set) => [set.name, set] as const)]),
  }));
}

/** `ipset add|del|create|destroy|flush|rename|swap`. */
export function applyIpset(host: Host, change: Change): Host {
  const exist = change.words.some((word) => word === '-exist' || word === '-!');
  const [given = '', ...words] = change.words.slice(1).filter((word) => !['-exist', '-!', '-q', '-quiet'].includes(word));
  const command = COMMANDS.get(given);
  const [name, second] = words;
  switch (command) {
    case 'add':
    case 'del':
      return put(host, change, [edited(change, setOf(host, change, name), command, words.slice(1), exist)]);
    case 'create':
      return created(host, change, words, exist);
    case 'destroy':
      return (name === undefined ? [...ownNetns(host, change).ipsets.keys()] : [name]).reduce(
        (sofar, one) => destroyed(sofar, change, one),
        host,
      );
    case 'flush':
      return put(
        host,
        change,
        (name === undefined ? [...ownNetns(host, change).ipsets.values()] : [setOf(host, change, name)]).map((set) => ({
          ...set,
          members: [],
        })),
      );
    case 'swap': {
      const [a, b] = [setOf(host, change, name), setOf(host, change, second)];
      if (a.type !== b.type || a.family !== b.family)
        refuse(change, `${a.name} (${a.type}) and ${b.name} (${b.type}) are of different types`);
      return put(host, change, [
        { ...a, name: b.name },
        { ...b, name: a.name },
      ]);
    }
    case 'rename': {
      const set = setOf(host, change, name);
      if (second === undefined || ownNetns(host, change).ipsets.has(second))
        refuse(change, second === undefined ? 'name the new name' : `there is a set ${second} already`);
      return put(destroyed(host, change, set.name), change, [{ ...set, name: second }]);
    }
    default:
      return refuse(change, `of ipset, add, del, create, destroy, flush, rename and swap are understood, not "${given}"`);
  }
}
