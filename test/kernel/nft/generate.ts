import type { Rng } from '../generate/rng.js';
import type { LabFlow } from './lab.js';

type Family = 'ip' | 'ip6' | 'inet';

const V4 = [
  '10.1.0.2',
  '10.2.0.2',
  '10.2.0.3',
  '10.1.0.1',
  '10.2.0.1',
  '10.1.0.0/24',
  '10.2.0.0/16',
  '10.2.0.2-10.2.0.9',
  '192.0.2.7',
] as const;
const V6 = ['fd01::2', 'fd02::2', 'fd02::3', 'fd01::1', 'fd02::1', 'fd01::/64', 'fd02::/48', 'fd02::2-fd02::9', '2001:db8::7'] as const;
const PORTS = ['22', '53', '80', '8080', '443', '20-60', '79-8080'] as const;
const IFACES = ['"a0"', '"b0"', '"lo"', '"a*"', '"none"'] as const;
const MARKS = ['0x1', '0x2', '0x10', '0x11'] as const;
const STATES = ['new', 'established', 'related', 'invalid', 'untracked'] as const;

/** Names of what a table holds. */
interface Names {
  readonly chains: readonly string[];
  readonly ports: string | undefined;
  readonly addrs: string | undefined;
  readonly pairs: string | undefined;
  readonly verdicts: string | undefined;
  readonly ifaces: string | undefined;
  readonly seen: string | undefined;
}

/** Where a rule stands. */
interface Place {
  readonly rng: Rng;
  readonly family: Family;
  readonly names: Names;
  readonly hook: string;
  readonly type: string;
}

const single = (list: readonly string[]): readonly string[] => list.filter((word) => !/[-/*]/.test(word));

/** Elements of a set that do not overlap. */
function distinct(rng: Rng, list: readonly string[], most: number): string {
  const some = rng.some(single(list), 0.5).slice(0, most);
  return (some.length === 0 ? [rng.pick(single(list))] : some).join(', ');
}

function six({ rng, family }: Place): boolean {
  return family === 'ip6' || (family === 'inet' && rng.chance(0.4));
}

function address(place: Place): string {
  const { rng } = place;
  const v6 = six(place);
  const [word, list] = v6 ? (['ip6', V6] as const) : (['ip', V4] as const);
  const field = rng.pick(['saddr', 'daddr', 'daddr']);
  const form = rng.int(0, 6);
  if (form === 0) return `${word} ${field} { ${distinct(rng, list, 4)} }`;
  if (form === 1) return `${word} ${field} != ${rng.pick(list)}`;
  if (form === 2 && place.names.addrs !== undefined && !v6) return `ip ${field} ${rng.pick(['', '!= '])}@${place.names.addrs}`;
  if (form === 3 && !v6) return `ip ${field} & 255.255.0.0 == ${rng.pick(['10.1.0.0', '10.2.0.0'])}`;
  return `${word} ${field} ${rng.pick(list)}`;
}

function port({ rng, names }: Place): string {
  const proto = rng.pick(['tcp', 'udp', 'tcp', 'th']);
  const field = rng.chance(0.9) ? 'dport' : 'sport';
  const before = proto === 'th' ? 'meta l4proto { tcp, udp } ' : '';
  const form = rng.int(0, 6);
  if (form === 0) return `${before}${proto} ${field} { ${distinct(rng, PORTS, 4)} }`;
  if (form === 1) return `${before}${proto} ${field} != ${rng.pick(PORTS)}`;
  if (form === 2 && names.ports !== undefined) return `${before}${proto} ${field} @${names.ports}`;
  if (form === 3) return `${before}${proto} ${field} ${rng.pick(['<', '>', '<=', '>='])} ${rng.pick(single(PORTS))}`;
  return `${before}${proto} ${field} ${rng.pick(PORTS)}`;
}

function device({ rng, hook, names }: Place): string {
  const key =
    hook === 'output' || (hook === 'postrouting' && rng.chance(0.5)) ? 'oif' : hook === 'forward' ? rng.pick(['iif', 'oif']) : 'iif';
  if (names.ifaces !== undefined && rng.chance(0.2)) return `${key}name @${names.ifaces}`;
  if (rng.chance(0.2)) return `${key} ${rng.pick(['"a0"', '"b0"', '"lo"'])}`;
  if (rng.chance(0.2)) return `${key}name { ${rng.pick(['"a0", "b0"', '"b0", "lo"'])} }`;
  return `${key}name ${rng.pick(['', '', '!= '])}${rng.pick(IFACES)}`;
}

function connection(place: Place): string {
  const { rng, type } = place;
  const forms = [
    `ct state ${rng.pick(STATES)}`,
    `ct state ${rng.pick(['established,related', 'new,established'])}`,
    `ct state { ${rng.pick(['new, established', 'invalid, untracked'])} }`,
    `ct state != ${rng.pick(STATES)}`,
    `ct direction ${rng.pick(['original', 'reply'])}`,
    `ct status ${rng.pick(['dnat', 'snat'])}`,
    `ct mark ${rng.pick(['', '!= '])}${rng.pick(['0x0', ...MARKS])}`,
    `meta l4proto ${rng.pick(['tcp', 'udp'])} ct original proto-dst ${rng.pick(single(PORTS))}`,
    six(place) ? `ct original ip6 daddr ${rng.pick(single(V6))}` : `ct original ip daddr ${rng.pick(single(V4))}`,
    `ct protocol ${rng.pick(['tcp', 'udp'])}`,
    'ct expiration > 0s',
  ];
  return rng.pick(type === 'nat' ? forms.slice(0, 4) : forms.slice(0, 10));
}

function other(place: Place): string {
  const { rng, names } = place;
  const v6 = six(place);
  const forms = [
    `meta l4proto ${rng.pick(['tcp', 'udp', '{ tcp, udp }', '!= tcp', 'icmp'])}`,
    `meta mark ${rng.pick(['', '!= '])}${rng.pick(['0x0', ...MARKS])}`,
    `meta mark & 0x3 == ${rng.pick(['0x0', '0x1', '0x2'])}`,
    `meta mark { 0x0, 0x1 }`,
    ...(place.family === 'inet' ? [`meta nfproto ${rng.pick(['ipv4', 'ipv6'])}`] : []),
    `fib daddr type ${rng.pick(['', '!= '])}${rng.pick(['local', 'unicast'])}`,
    `fib saddr type ${rng.pick(['local', 'unicast'])}`,
    `meta pkttype ${rng.pick(['host', 'broadcast', 'unicast'])}`,
    `tcp flags ${rng.pick(['syn', 'ack', '& (fin|syn|rst|ack) == syn', 'syn / fin,syn,rst,ack', '!= syn'])}`,
    v6 ? 'ip6 hoplimit > 60' : 'ip ttl > 60',
    v6 ? 'ip6 nexthdr { tcp, udp }' : `ip protocol ${rng.pick(['tcp', 'udp', 'icmp'])}`,
    v6 ? 'ip6 version 6' : 'ip version 4',
    `meta length ${rng.pick(['< 100', '> 10', '> 1000'])}`,
    `@th,16,16 ${rng.pick(['80', '53', '22'])}`,
    v6 ? 'ip6 dscp 0x00' : 'ip dscp 0x00',
    v6 ? 'ip6 dscp != 0x04' : 'ip ecn 0',
    'iifname . oifname { "a0" . "b0", "lo" . "lo" }',
    ...(names.pairs !== undefined ? [`ip daddr . tcp dport @${names.pairs}`, `ip daddr . udp dport != @${names.pairs}`] : []),
    ...(v6
      ? ['ip6 saddr . ip6 daddr { fd01::2 . fd02::2, fd01::2 . fd01::1 }']
      : ['ip saddr . ip daddr . meta l4proto { 10.1.0.2 . 10.2.0.0/24 . tcp, 10.1.0.2 . 10.1.0.1 . udp }']),
    ...(names.seen !== undefined ? [`ip saddr @${names.seen}`] : []),
  ];
  return rng.pick(forms);
}

function condition(place: Place): string {
  const kind = place.rng.int(0, 9);
  if (kind < 3) return address(place);
  if (kind < 5) return port(place);
  if (kind < 6) return device(place);
  if (kind < 7) return connection(place);
  return other(place);
}

function effect(place: Place): string {
  const { rng, names, hook } = place;
  const forms = [
    `meta mark set ${rng.pick(MARKS)}`,
    'meta mark set meta mark | 0x10',
    'meta mark set meta mark & 0xffffff0f ^ 0x1',
    `ct mark set ${rng.pick(MARKS)}`,
    'meta mark set ct mark',
    'ct mark set meta mark',
    'counter',
    'counter',
    `meta mark set tcp dport map { 80 : 0x1, 22 : 0x2 }`,
    ...(names.seen !== undefined && hook !== 'none' ? [`${rng.pick(['add', 'update', 'delete'])} @${names.seen} { ip saddr }`] : []),
    six(place) ? 'ip6 dscp set cs1' : 'ip dscp set cs1',
  ];
  return rng.pick(forms);
}

function verdict(place: Place): string {
  const { rng, names, type, hook } = place;
  const chain = names.chains.length > 0 ? rng.pick(names.chains) : undefined;
  const forms = ['accept', 'accept', 'return', 'continue', ...(type === 'nat' ? [] : ['drop', 'drop'])];
  if (chain !== undefined) forms.push(`jump ${chain}`, `jump ${chain}`, `goto ${chain}`);
  if (names.verdicts !== undefined) forms.push(`tcp dport vmap @${names.verdicts}`, `th dport vmap @${names.verdicts}`);
  forms.push(
    `tcp dport vmap { 22 : accept, 80 : ${chain === undefined ? 'accept' : `jump ${chain}`}, 443-8079 : ${type === 'nat' ? 'return' : 'drop'} }`,
  );
  forms.push(`ct state vmap { new : ${chain === undefined ? 'continue' : `jump ${chain}`}, established : accept }`);
  forms.push(`meta l4proto vmap { tcp : ${chain === undefined ? 'accept' : `goto ${chain}`}, udp : continue }`);
  if (chain !== undefined && rng.chance(0.3))
    forms.push(`numgen ${rng.pick(['random', 'inc'])} mod 2 vmap { 0 : jump ${chain}, 1 : continue }`);
  if (rng.chance(0.2))
    forms.push(`limit rate ${rng.pick(['', 'over '])}1000/second accept`, `jhash ip daddr mod 3 vmap { 0 : accept, 1 : return }`);
  if (type === 'filter' && ['input', 'forward', 'output'].includes(hook))
    forms.push('reject', 'reject with tcp reset', place.family === 'inet' ? 'reject with icmpx admin-prohibited' : 'reject');
  if (type === 'filter' && (hook === 'prerouting' || hook === 'output') && rng.chance(0.3)) forms.push('notrack');
  return rng.pick(forms);
}

function translation(place: Place): string {
  const { rng, hook, family } = place;
  const v6 = six(place);
  const [to, of, self] = v6 ? ['fd02::2', '[fd02::2]', 'fd02::1'] : ['10.2.0.2', '10.2.0.2', '10.2.0.1'];
  const word = family === 'inet' ? (v6 ? 'ip6 ' : 'ip ') : '';
  if (hook === 'postrouting' || hook === 'input')
    return rng.pick([...(hook === 'postrouting' ? ['masquerade', 'masquerade'] : []), `snat ${word}to ${self}`]);
  const port = rng.pick(['80', '22']);
  return rng.pick([
    `dnat ${word}to ${to}`,
    `tcp dport ${rng.pick(['80', '8080', '443', '22'])} dnat ${word}to ${of}:${port}`,
    `udp dport ${rng.pick(['53', '443'])} dnat ${word}to ${of}:53`,
    `tcp dport { 443, 8080 } redirect to :${rng.pick(['22', '8080'])}`,
    `meta l4proto { tcp, udp } redirect to :${rng.pick(['22', '53'])}`,
    ...(v6
      ? []
      : [
          `dnat ${word}to tcp dport map { 443 : 10.2.0.2, 8080 : 10.2.0.3 }`,
          `dnat ${word}to ip daddr . tcp dport map { 10.1.0.1 . 443 : 10.2.0.2 . 80, 10.2.0.3 . 22 : 10.2.0.2 . 22 }`,
        ]),
    'accept',
  ]);
}

function rule(place: Place): string {
  const { rng, type } = place;
  const parts = rng.times(0, 2, () => condition(place));
  if (rng.chance(0.25)) parts.push(effect(place));
  if (rng.chance(0.1)) parts.push(condition(place));
  const end = type === 'nat' && rng.chance(0.6) ? translation(place) : rng.chance(0.85) ? verdict(place) : '';
  if (end !== '') parts.push(end);
  if (parts.length === 0) parts.push('counter');
  return parts.join(' ');
}

const HOOKS = {
  filter: ['prerouting', 'input', 'forward', 'output', 'postrouting'],
  nat: ['prerouting', 'output', 'postrouting', 'input'],
  route: ['output'],
} as const;

function priority(rng: Rng, type: string, hook: string): number {
  if (type === 'nat') return (hook === 'prerouting' || hook === 'output' ? -100 : 100) + rng.pick([0, 0, -1, 5]);
  if (type === 'route') return -150 + rng.int(-3, 3);
  return rng.pick([-300, -150, -90, -10, 0, 0, 10, 120]) + rng.int(-4, 4);
}

/** @returns one table as nft reads it, and how many base chains it has. */
function table(rng: Rng, name: string, taken: Set<string>): string {
  const family = rng.pick(['ip', 'ip6', 'inet', 'inet'] as const);
  const has = (p: number, what: string): string | undefined => (rng.chance(p) ? what : undefined);
  const names: Names = {
    chains: [],
    ports: has(0.5, 'ports'),
    addrs: family === 'ip6' ? undefined : has(0.5, 'addrs'),
    pairs: family === 'ip6' ? undefined : has(0.5, 'pairs'),
    verdicts: has(0.5, 'verdicts'),
    ifaces: has(0.4, 'ifaces'),
    seen: family === 'ip6' ? undefined : has(0.3, 'seen'),
  };
  const sets = [
    names.ports && `set ports { type inet_service; flags interval; elements = { ${rng.pick(['22, 80-90', '53, 8080', '20-60'])} }; }`,
    names.addrs &&
      `set addrs { type ipv4_addr; flags interval; elements = { ${rng.pick(['10.2.0.0/24', '10.1.0.1, 10.2.0.3-10.2.0.9', '10.1.0.2'])} }; }`,
    names.pairs &&
      `set pairs { type ipv4_addr . inet_service; flags interval; elements = { ${rng.pick(['10.2.0.0/24 . 80', '10.1.0.1 . 20-60, 10.2.0.3 . 22', '10.2.0.2 . 53'])} }; }`,
    names.ifaces && `set ifaces { type ifname; elements = { ${rng.pick(['"a0"', '"b0", "lo"'])} }; }`,
    names.seen && 'set seen { type ipv4_addr; flags dynamic,timeout; timeout 1m; }',
  ].filter((line) => line !== undefined);
  const users = rng.times(0, 3, (i) => `u${i}`);
  const bases = rng.times(1, 4, (i) => {
    const type = rng.pick(['filter', 'filter', 'filter', 'nat', 'nat', 'route'] as const);
    const hook = rng.pick(HOOKS[type]);
    let number = priority(rng, type, hook);
    while (taken.has(`${hook} ${number}`) || [-200, -400].includes(number) || (type !== 'nat' && [-100, 100].includes(number))) number++;
    taken.add(`${hook} ${number}`);
    return { name: `b${i}`, type, hook, number, policy: type === 'filter' && rng.chance(0.2) ? 'drop' : 'accept' };
  });
  const types = new Set(bases.map(({ type }) => type));
  // a chain that a nat chain may jump to must do for nat: no drop, no reject
  const shared = types.has('nat') ? 'nat' : 'filter';
  const mapTargets = users.length > 0 ? `jump ${users[0]!}` : 'accept';
  if (names.verdicts !== undefined)
    sets.push(
      `map verdicts { type inet_service : verdict; flags interval; elements = { 22 : ${mapTargets}, 53-79 : accept, 80 : return }; }`,
    );
  const userChains = users.map((chain, i) => {
    const place: Place = {
      rng,
      family,
      names: { ...names, chains: users.slice(i + 1), verdicts: undefined },
      hook: 'none',
      type: shared === 'nat' ? 'nat user' : 'user',
    };
    return `chain ${chain} {\n${rng.times(0, 4, () => `    ${shared === 'nat' ? harmless(rule(place)) : rule(place)}`).join('\n')}\n  }`;
  });
  const baseChains = bases.map(({ name: chain, type, hook, number, policy }) => {
    const place: Place = { rng, family, names: { ...names, chains: users }, hook, type };
    const rules = rng.times(1, rng.chance(0.15) ? 24 : 6, () => `    ${rule(place)}`).join('\n');
    return `chain ${chain} {\n    type ${type} hook ${hook} priority ${number}; policy ${policy};\n${rules}\n  }`;
  });
  const [first, ...rest] = [...userChains].reverse();
  const ordered = first === undefined ? [] : [first, ...rest];
  return `table ${family} ${name} {\n  ${[...ordered, ...sets, ...baseChains].join('\n  ')}\n}\n`;
}

const harmless = (text: string): string => text.replace(/\bdrop\b/g, 'return');

/** @returns a rule set; the kernel may refuse it. */
export function ruleset(rng: Rng): string {
  const taken = new Set<string>();
  return rng.times(1, 3, (i) => table(rng, `t${i}`, taken)).join('');
}

const DESTINATIONS = {
  a: { 4: ['10.2.0.2', '10.2.0.2', '10.2.0.3', '10.1.0.1', '10.2.0.1'], 6: ['fd02::2', 'fd02::3', 'fd01::1', 'fd02::1'] },
  r: { 4: ['10.2.0.2', '10.2.0.3', '10.1.0.1', '127.0.0.1'], 6: ['fd02::2', 'fd01::1', '::1'] },
} as const;

/** @returns flows to send, each from a source port of its own: what connection tracking remembers must not concern the next ones. */
export function flowsFor(rng: Rng, count: number, firstPort: number): readonly LabFlow[] {
  return Array.from({ length: count }, (_, i): LabFlow => {
    const from = rng.chance(0.75) ? 'a' : 'r';
    const family = rng.chance(0.65) ? 4 : 6;
    const proto = rng.chance(0.65) ? 'tcp' : 'udp';
    const dport = proto === 'tcp' ? rng.pick([22, 80, 443, 8080]) : rng.pick([53, 53, 443]);
    return { id: `f${i}`, from, family, proto, sport: firstPort + i, dst: rng.pick(DESTINATIONS[from][family]), dport };
  });
}
