import type { Rng } from '../generate/rng.js';
import { condition } from './conditions.js';
import { effect } from './effects.js';
import { heldBy } from './held.js';
import type { LabFlow } from './lab.js';
import type { Names, Place } from './place.js';
import { spelled } from './spelled.js';
import { translation, verdict } from './verdicts.js';

/** Of a single protocol nft leaves `ct protocol` out of its own listing where a header of it is asked for behind it: nobody can tell from that. */
const HIDDEN = /\bct protocol (tcp|udp)\b(?=.*\b(?:tcp|udp|th|icmp|icmpv6|sctp|dccp|comp|esp|ah|igmp|udplite|@th|@ih|l4proto)\b)/g;

/** Of ICMP nft leaves the protocol out of its own listing where a set statement names ports behind it. */
const LEFT_OUT = /\b(ip protocol|meta l4proto) icmp\b(?=.*@\w+ \{[^}]*\bth )/g;

function rule(place: Place): string {
  const { rng, type } = place;
  const parts = rng.times(0, 2, () => condition(place));
  if (rng.chance(0.25)) parts.push(effect(place));
  if (rng.chance(0.1)) parts.push(condition(place));
  const end = type === 'nat' && rng.chance(0.6) ? translation(place) : rng.chance(0.85) ? verdict(place) : '';
  if (end !== '') parts.push(end);
  if (parts.length === 0) parts.push('counter');
  return parts.join(' ').replace(HIDDEN, 'ct protocol { $1, icmp }').replace(LEFT_OUT, '$1 tcp');
}

const HOOKS = {
  filter: ['prerouting', 'input', 'forward', 'output', 'postrouting'],
  bridge: ['prerouting', 'input', 'forward', 'output', 'postrouting'],
  netdev: ['ingress', 'egress'],
  ingress: ['ingress'],
  nat: ['prerouting', 'output', 'postrouting', 'input'],
  route: ['output'],
} as const;

function priority(rng: Rng, type: string, hook: string): number {
  if (type === 'nat') return (hook === 'prerouting' || hook === 'output' ? -100 : 100) + rng.pick([0, 0, -1, 5]);
  if (type === 'bridge' || type === 'netdev' || type === 'ingress') return rng.int(-300, 300);
  if (type === 'route') return -150 + rng.int(-3, 3);
  return rng.pick([-300, -150, -90, -10, 0, 0, 10, 120]) + rng.int(-4, 4);
}

/** @returns one table as nft reads it, and how many base chains it has. */
function table(rng: Rng, name: string, taken: Set<string>): string {
  const family = rng.pick(['ip', 'ip6', 'inet', 'inet', 'inet', 'ip', 'bridge', 'netdev'] as const);
  const has = (p: number, what: string): string | undefined => (rng.chance(p) ? what : undefined);
  const held = heldBy(rng, family);
  const names: Names = {
    held,
    chains: [],
    ports: has(0.5, 'ports'),
    addrs: family === 'ip6' ? undefined : has(0.5, 'addrs'),
    pairs: family === 'ip6' ? undefined : has(0.5, 'pairs'),
    verdicts: has(0.5, 'verdicts'),
    ifaces: has(0.4, 'ifaces'),
    seen: family === 'ip6' ? undefined : has(0.3, 'seen'),
    marks: family === 'ip6' ? undefined : has(0.3, 'marks'),
  };
  const sets = [
    names.ports && `set ports { type inet_service; flags interval; elements = { ${rng.pick(['22, 80-90', '53, 8080', '20-60'])} }; }`,
    names.addrs &&
      `set addrs { type ipv4_addr; flags interval; elements = { ${rng.pick(['10.2.0.0/24', '10.1.0.1, 10.2.0.3-10.2.0.9', '10.1.0.2'])} }; }`,
    names.pairs &&
      `set pairs { type ipv4_addr . inet_service; flags interval; elements = { ${rng.pick(['10.2.0.0/24 . 80', '10.1.0.1 . 20-60, 10.2.0.3 . 22', '10.2.0.2 . 53'])} }; }`,
    names.ifaces && `set ifaces { type ifname; elements = { ${rng.pick(['"a0"', '"b0", "lo"'])} }; }`,
    names.marks && 'map marks { type ipv4_addr : mark; flags dynamic,timeout; timeout 1m; elements = { 10.1.0.2 : 0x1, 10.3.0.2 : 0x2 }; }',
    names.seen && 'set seen { type ipv4_addr; flags dynamic,timeout; timeout 1m; }',
    ...held.declared,
  ].filter((line) => line !== undefined);
  const users = rng.times(0, 3, (i) => `u${i}`);
  const bases = rng.times(1, 4, (i) => {
    const kind =
      family === 'bridge' || family === 'netdev'
        ? family
        : rng.pick(['filter', 'filter', 'filter', 'nat', 'nat', 'route', ...(family === 'inet' ? (['ingress'] as const) : [])] as const);
    const type = kind === 'nat' || kind === 'route' ? kind : 'filter';
    const hook = rng.pick(HOOKS[kind]);
    let number = priority(rng, kind, hook);
    while (
      taken.has(`${hook} ${number}`) ||
      [-200, -400, -300, -150, -1, 0, 50, 300].includes(number) ||
      (type !== 'nat' && [-100, 100].includes(number))
    )
      number++;
    taken.add(`${hook} ${number}`);
    const device = hook === 'ingress' || hook === 'egress' ? ` device "${rng.pick(['a0', 'b0', 'c0'])}"` : '';
    return { name: `b${i}`, type, hook, device, number, policy: type === 'filter' && rng.chance(0.2) ? 'drop' : 'accept' };
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
  const baseChains = bases.map(({ name: chain, type, hook, device, number, policy }) => {
    const place: Place = { rng, family, names: { ...names, chains: users }, hook, type };
    const rules = rng.times(1, rng.chance(0.15) ? 24 : 6, () => `    ${rule(place)}`).join('\n');
    return `chain ${chain} {\n    type ${type} hook ${hook}${device} priority ${number}; policy ${policy};\n${rules}\n  }`;
  });
  const [first, ...rest] = [...userChains].reverse();
  const ordered = first === undefined ? [] : [first, ...rest];
  return `table ${family} ${name} {\n  ${[...ordered, ...sets, ...baseChains].join('\n  ')}\n}\n`;
}

const harmless = (text: string): string => text.replace(/\bdrop\b/g, 'return');

/** @returns a rule set; the kernel may refuse it. */
export function ruleset(rng: Rng): string {
  const taken = new Set<string>();
  return spelled(rng, rng.times(1, 4, (i) => table(rng, `t${i}`, taken)).join(''));
}

const LINES = [
  '-p tcp --dport 80',
  '-p tcp --dport 22',
  '-p udp',
  '-m conntrack --ctstate NEW',
  '-m mark --mark 0x1',
  '-m mark --mark 0x2',
  '',
];
const HOOKED = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
} as const;

function iptablesRule(rng: Rng, name: keyof typeof HOOKED): string {
  const chain = rng.pick(HOOKED[name]);
  const device = rng.chance(0.3) && chain !== 'OUTPUT' && chain !== 'POSTROUTING' ? `-i ${rng.pick(['a0', 'b0', 'br0', 'lo'])} ` : '';
  const jump = rng.pick(
    name === 'filter'
      ? ['ACCEPT', 'DROP', 'REJECT', 'RETURN', 'U']
      : ['ACCEPT', 'DROP', 'RETURN', ...(name === 'mangle' ? ['MARK --set-mark 0x1'] : [])],
  );
  return `-A ${chain} ${device}${rng.pick(name === 'raw' ? LINES.filter((line) => !line.includes('conntrack')) : LINES)} -j ${jump}`;
}

/** @returns rules of iptables, as iptables-restore reads them, of either family. */
export function iptablesRules(rng: Rng, family: 4 | 6): string {
  const names = rng.some(['filter', 'mangle', 'raw'] as const, 0.5);
  const tables = names.map((name) => {
    const user = name === 'filter' ? [':U - [0:0]', `-A U ${rng.pick(LINES)} -j ${rng.pick(['ACCEPT', 'DROP', 'RETURN'])}`] : [];
    return [`*${name}`, ...user, ...rng.times(0, 5, () => iptablesRule(rng, name)), 'COMMIT'].join('\n');
  });
  const to = family === 4 ? '10.2.0.2' : 'fd02::2';
  if (rng.chance(0.4))
    tables.push(`*nat\n-A PREROUTING -p tcp --dport 443 -j DNAT --to-destination ${to}\n-A POSTROUTING -o b0 -j MASQUERADE\nCOMMIT`);
  return `${tables.join('\n')}\n`;
}

/** @returns commands that put native rules and chains into what iptables-nft made. */
export function nativesAmong(rng: Rng, family: 'ip' | 'ip6'): string {
  const names: Names = {
    held: { declared: [], uses: [] },
    chains: [],
    ports: undefined,
    addrs: undefined,
    pairs: undefined,
    verdicts: undefined,
    ifaces: undefined,
    seen: undefined,
    marks: undefined,
  };
  const lines = rng.times(0, 3, () => {
    const hook = rng.pick(['input', 'forward', 'output'] as const);
    return `${rng.pick(['add', 'insert'])} rule ${family} filter ${hook.toUpperCase()} ${rule({ rng, family, names, hook, type: 'filter' })}`;
  });
  const place: Place = { rng, family, names: { ...names, chains: [rng.pick(['U', 'FORWARD'])] }, hook: 'forward', type: 'filter' };
  if (rng.chance(0.5))
    lines.push(
      `add chain ${family} filter own { type filter hook forward priority ${rng.int(-40, -10)}; policy accept; }`,
      `add rule ${family} filter own ${rule(place)}`,
    );
  return `${lines.join('\n')}\n`;
}

const DESTINATIONS = {
  a: {
    4: ['10.2.0.2', '10.2.0.2', '10.2.0.3', '10.1.0.1', '10.2.0.1', '10.3.0.3'],
    6: ['fd02::2', 'fd02::3', 'fd01::1', 'fd02::1', 'fd03::3'],
  },
  c: { 4: ['10.3.0.3', '10.3.0.3', '10.3.0.1', '10.2.0.2'], 6: ['fd03::3', 'fd03::3', 'fd03::1', 'fd02::2'] },
  r: { 4: ['10.2.0.2', '10.2.0.3', '10.1.0.1', '127.0.0.1'], 6: ['fd02::2', 'fd01::1', '::1'] },
} as const;

/** @returns flows to send, each from a source port of its own: what connection tracking remembers must not concern the next ones. */
export function flowsFor(rng: Rng, count: number, firstPort: number): readonly LabFlow[] {
  return Array.from({ length: count }, (_, i): LabFlow => {
    const from = rng.pick(['a', 'a', 'c', 'r'] as const);
    const family = rng.chance(0.65) ? 4 : 6;
    const proto = rng.chance(0.65) ? 'tcp' : 'udp';
    const dport = proto === 'tcp' ? rng.pick([22, 80, 443, 8080]) : rng.pick([53, 53, 443]);
    return { id: `f${i}`, from, family, proto, sport: firstPort + i, dst: rng.pick(DESTINATIONS[from][family]), dport };
  });
}
