import type { Family } from '../../../src/address/ip.js';
import type { Rng } from './rng.js';
import { containerAddresses, hostAddresses, interfaces, PORTS, prefixes, type World } from './world.js';

export type Hook = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';

/** Where a rule stands: from which hooks it can be met, for what the kernel checks when it is loaded. */
export interface Spot {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  readonly hooks: readonly Hook[];
  readonly base: boolean;
}

/** Ipsets of the host, by name. */
export interface SetSpec {
  readonly name: string;
  readonly type: string;
  readonly family: Family;
}

export interface Draw {
  readonly rng: Rng;
  readonly world: World;
  readonly sets: readonly SetSpec[];
}

type Protocol = 'tcp' | 'udp' | 'icmp' | 'all';

const not = (rng: Rng, p = 0.15): string => (rng.chance(p) ? '! ' : '');
const only = (spot: Spot, ...hooks: readonly Hook[]): boolean => spot.hooks.every((h) => hooks.includes(h));

export function anyAddress({ rng, world }: Draw, family: Family): string {
  return rng.pick([...containerAddresses(world, family), ...hostAddresses(world, family), ...world.outside[family]]);
}

function ports(rng: Rng): string {
  return rng.chance(0.6) ? String(rng.pick(PORTS)) : rng.pick(['1:1023', '80:443', '1024:65535', ':79', '443:']);
}

function protocolPart({ rng }: Draw, spot: Spot, protocol: Protocol): string {
  const icmp = spot.family === 4 ? 'icmp' : 'ipv6-icmp';
  switch (protocol) {
    case 'all':
      return '';
    case 'tcp': {
      const extra = rng.pick([
        '',
        `--dport ${ports(rng)}`,
        `${not(rng, 0.3)}--dport ${ports(rng)}`,
        '--tcp-flags FIN,SYN,RST,ACK SYN',
        '--tcp-flags ALL SYN',
        `${not(rng, 0.2)}--sport 1024:65535`,
        '--tcp-flags SYN,RST SYN',
        '--tcp-option 2',
      ]);
      return extra === '' ? '-p tcp' : `-p tcp -m tcp ${extra}`;
    }
    case 'udp': {
      const extra = rng.pick(['', `--dport ${ports(rng)}`, `${not(rng, 0.3)}--dport ${ports(rng)}`]);
      return extra === '' ? '-p udp' : `-p udp -m udp ${extra}`;
    }
    case 'icmp':
      if (spot.family === 4)
        return `-p ${icmp}${rng.pick(['', ' -m icmp --icmp-type 8', ' -m icmp ! --icmp-type 0', ' -m icmp --icmp-type any'])}`;
      return `-p ${icmp}${rng.pick([' -m icmp6 --icmpv6-type 128', ' -m icmp6 --icmpv6-type 129'])}`;
  }
}

type Maker = (draw: Draw, spot: Spot, protocol: Protocol) => string | undefined;

const STATES = ['NEW', 'ESTABLISHED', 'RELATED,ESTABLISHED', 'INVALID', 'NEW,INVALID', 'UNTRACKED', 'DNAT', 'SNAT', 'NEW,UNTRACKED'];

function conntrackMatch(draw: Draw, spot: Spot, protocol: Protocol): string {
  const { rng } = draw;
  const makers = [
    () => `${not(rng)}--ctstate ${rng.pick(STATES)}`,
    () => `${not(rng)}--ctstate ${rng.pick(STATES)}`,
    () => `${not(rng)}--ctorigdst ${anyAddress(draw, spot.family)}`,
    () => `${not(rng)}--ctorigsrc ${rng.pick(prefixes(draw.world, spot.family))}`,
    () => `${not(rng)}--ctrepldst ${anyAddress(draw, spot.family)}`,
    () => `--ctdir ${rng.pick(['ORIGINAL', 'REPLY'])}`,
    () => `--ctproto ${rng.pick(['6', '17', '1', '58'])}`,
    () => `${not(rng)}--ctstatus ${rng.pick(['NONE', 'CONFIRMED', 'SEEN_REPLY', 'ASSURED', 'EXPECTED'])}`,
    () => (protocol === 'tcp' || protocol === 'udp' ? `--ctorigdstport ${rng.pick(PORTS)}` : '--ctdir ORIGINAL'),
  ];
  return `-m conntrack ${rng.pick(makers)()}`;
}

function addrtypeMatch({ rng }: Draw, spot: Spot): string {
  const types =
    spot.family === 6
      ? ['LOCAL', 'LOCAL', 'UNICAST', 'UNREACHABLE', 'MULTICAST', 'ANYCAST', 'LOCAL,UNICAST']
      : [
          'LOCAL',
          'LOCAL',
          'LOCAL',
          'UNICAST',
          'BROADCAST',
          'BLACKHOLE',
          'PROHIBIT',
          'UNREACHABLE',
          'LOCAL,UNICAST',
          'MULTICAST',
          'ANYCAST',
        ];
  const type = rng.pick(types);
  const limit =
    only(spot, 'PREROUTING', 'INPUT') && spot.base
      ? rng.pick(['', ' --limit-iface-in'])
      : only(spot, 'OUTPUT', 'POSTROUTING') && spot.base
        ? rng.pick(['', ' --limit-iface-out'])
        : '';
  return `-m addrtype ${not(rng)}${rng.pick(['--dst-type', '--dst-type', '--src-type'])} ${type}${limit}`;
}

function setMatch({ rng, sets }: Draw, spot: Spot, protocol: Protocol): string | undefined {
  const usable = sets.filter(
    (s) => (s.family === spot.family || s.type === 'bitmap:port') && (!s.type.includes('port') || protocol === 'tcp' || protocol === 'udp'),
  );
  if (usable.length === 0) return undefined;
  const set = rng.pick(usable);
  const dims = set.type === 'list:set' ? 1 : set.type.split(':')[1]!.split(',').length;
  return `-m set ${not(rng, 0.25)}--match-set ${set.name} ${Array.from({ length: dims }, () => rng.pick(['src', 'dst', 'dst'])).join(',')}`;
}

const MAKERS: readonly (readonly [weight: number, make: Maker])[] = [
  [6, conntrackMatch],
  [2, ({ rng }) => `-m state --state ${rng.pick(['NEW', 'ESTABLISHED', 'RELATED,ESTABLISHED', 'INVALID', 'UNTRACKED'])}`],
  [5, addrtypeMatch],
  [4, setMatch],
  [4, ({ rng }) => `-m mark ${not(rng)}--mark ${rng.pick(['0x1', '0x2', '0x0', '0x10/0xf0', '0x1/0x1'])}`],
  [2, ({ rng }) => `-m connmark ${not(rng)}--mark ${rng.pick(['0x1', '0x0', '0x2/0x2'])}`],
  [1, ({ rng }) => `-m comment --comment ${rng.pick(['plain', '"two words"', '"a \\"quote\\""'])}`],
  [
    3,
    ({ rng }, _s, p) =>
      p === 'tcp' || p === 'udp'
        ? `-m multiport ${not(rng, 0.2)}${rng.pick(['--dports 80,443', '--dports 22,53,8000:9000', '--ports 5432,80', '--sports 1024:65535'])}`
        : undefined,
  ],
  [
    2,
    ({ rng }, s) =>
      s.family === 4
        ? `-m iprange ${not(rng)}${rng.pick(['--src-range 172.20.0.2-172.20.0.4', '--dst-range 172.20.0.0-172.21.0.3', '--dst-range 203.0.113.1-203.0.113.99'])}`
        : `-m iprange ${not(rng)}${rng.pick(['--src-range fd00:20::1-fd00:20::3', '--dst-range 2001:db8:8::1-2001:db8:8::20'])}`,
  ],
  [
    2,
    ({ rng, world }, s) =>
      only(s, 'PREROUTING', 'INPUT', 'FORWARD') && world.containers.length > 0
        ? `-m mac ${not(rng)}--mac-source ${rng.pick(world.containers).cards[0]!.mac}`
        : undefined,
  ],
  [1, ({ rng }) => `-m pkttype ${not(rng)}--pkt-type ${rng.pick(['unicast', 'broadcast', 'multicast'])}`],
  [2, ({ rng }) => `-m length ${not(rng)}--length ${rng.pick(['60', '84', '29', '0:70', '61:65535', '80', '104', '49'])}`],
  [
    2,
    ({ rng }, s) =>
      s.family === 4
        ? `-m ttl ${rng.pick(['--ttl-eq 64', '--ttl-lt 64', '--ttl-gt 63', '! --ttl-eq 63'])}`
        : `-m hl ${rng.pick(['--hl-eq 64', '--hl-lt 64', '--hl-gt 63', '! --hl-eq 63'])}`,
  ],
  [2, ({ rng }) => `-m dscp ${not(rng)}--dscp 0x0${rng.pick(['0', '2', '8'])}`],
  [1, ({ rng }) => `-m tos ${not(rng)}--tos ${rng.pick(['0x00/0xff', '0x08/0x3f', '0x10/0xff'])}`],
  [
    2,
    ({ rng, world }, s) =>
      only(s, 'FORWARD', 'INPUT', 'PREROUTING')
        ? `-m physdev ${not(rng)}${rng.pick(['--physdev-is-bridged', '--physdev-is-in', `--physdev-in ${world.containers[0]?.cards[0]?.hostEnd ?? 'v1'}`, '--physdev-in v+'])}`
        : undefined,
  ],
  [
    1,
    ({ rng, world }, s) =>
      only(s, 'FORWARD')
        ? `-m physdev ${not(rng)}${rng.pick(['--physdev-is-out', `--physdev-out ${world.containers[0]?.cards[0]?.hostEnd ?? 'v1'}`])}`
        : undefined,
  ],
  [1, ({ rng }, s) => (only(s, 'OUTPUT', 'POSTROUTING') && s.table !== 'nat' ? `-m owner ${not(rng)}--socket-exists` : undefined)],
  [
    2,
    ({ rng }, s) =>
      s.chain === 'PREROUTING' && (s.table === 'raw' || s.table === 'mangle')
        ? `-m rpfilter ${rng.pick(['', '--loose ', '--validmark ', '--accept-local '])}${rng.pick(['', '--invert'])}`.trim()
        : undefined,
  ],
  [
    2,
    ({ rng }, s, p) =>
      (p === 'tcp' || p === 'udp') && s.table === 'mangle' && only(s, 'PREROUTING', 'INPUT')
        ? `-m socket${rng.pick(['', ' --nowildcard'])}`
        : undefined,
  ],
  [1, ({ rng }) => `-m limit --limit ${rng.pick(['10000/sec', '9000/sec'])} --limit-burst 10000`],
  [
    1,
    ({ rng }, s) =>
      s.family === 4
        ? `-m u32 --u32 "${rng.pick(['0x6&0xff=0x6', '0x6&0xff=0x11', '0x10&0xffffff00=0xac140000', '0x0>>0x16&0x3c@0x0&0xffff=0x50'])}"`
        : `-m u32 --u32 "${rng.pick(['0x4&0xff00=0x600', '0x4&0xff00=0x1100'])}"`,
  ],
  [1, ({ rng }) => `-m bpf --bytecode "${rng.pick(['4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0', '1,6 0 0 65535'])}"`],
  [1, ({ rng }, s) => (s.family === 6 ? `-m ipv6header --header ${rng.pick(['none', 'hop-by-hop'])}${rng.pick(['', ' --soft'])}` : '-f')],
  [1, () => '-m hashlimit --hashlimit-upto 9000/sec --hashlimit-burst 9000 --hashlimit-name busy'],
  [
    1,
    ({ rng }, s) =>
      `-m recent ${rng.pick(['--rcheck', '! --rcheck'])} --name never --mask ${s.family === 4 ? '255.255.255.255' : 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'} --rsource`,
  ],
  [1, ({ rng }, s) => (rng.chance(0.5) && only(s, 'PREROUTING', 'INPUT', 'FORWARD') ? '-m policy --dir in --pol none' : undefined)],
  [
    1,
    ({ rng }, s) =>
      only(s, 'PREROUTING', 'INPUT', 'FORWARD')
        ? `-m devgroup ${rng.pick(['--src-group 0', '! --src-group 0', '--src-group 7'])}`
        : undefined,
  ],
  [
    1,
    ({ rng }, s) =>
      only(s, 'FORWARD', 'OUTPUT', 'POSTROUTING') ? `-m devgroup ${rng.pick(['--dst-group 0', '! --dst-group 0'])}` : undefined,
  ],
  [
    1,
    ({ rng }, s, p) =>
      p === 'tcp' && s.family === 4
        ? `-m ecn ${rng.pick(['! --ecn-tcp-cwr', '--ecn-tcp-ece', '--ecn-ip-ect 0'])}`
        : '-m ecn --ecn-ip-ect 0',
  ],
  [1, ({ rng }) => `-m time ${rng.pick(['--datestart 2001-01-01', '--datestop 2036-01-01'])} --utc`],
  [
    1,
    ({ rng }, s) =>
      s.family === 6
        ? rng.pick(['-m frag --fragid 5', '-m rt --rt-type 0', '-m hbh --hbh-len 8', '-m dst --dst-len 8'])
        : '-m addrtype --dst-type LOCAL',
  ],
  [1, ({ rng }) => `-m quota ${rng.pick(['--quota 90000000'])}`],
  [1, ({ rng }) => `-m connmark ${rng.pick(['--mark 0x10/0xf0', '! --mark 0x3/0x3'])}`],
];

const WEIGHTED: readonly Maker[] = MAKERS.flatMap(([weight, make]) => Array.from({ length: weight }, () => make));

/** @returns the conditions of a rule, in the order iptables-save prints them. */
export function randomConditions(draw: Draw, spot: Spot, protocol: Protocol): string {
  const { rng, world } = draw;
  const address = (): string => (rng.chance(0.5) ? anyAddress(draw, spot.family) : rng.pick(prefixes(world, spot.family)));
  const parts: string[] = [];
  if (rng.chance(0.2)) parts.push(`${not(rng)}-s ${address()}`);
  if (rng.chance(0.25)) parts.push(`${not(rng)}-d ${address()}`);
  if (rng.chance(0.2) && (!spot.base || only(spot, 'PREROUTING', 'INPUT', 'FORWARD')))
    parts.push(`${not(rng)}-i ${rng.pick(interfaces(world))}`);
  if (rng.chance(0.2) && (!spot.base || only(spot, 'FORWARD', 'OUTPUT', 'POSTROUTING')))
    parts.push(`${not(rng)}-o ${rng.pick(interfaces(world))}`);
  const transport = protocolPart(draw, spot, protocol);
  if (transport !== '') parts.push(transport);
  if (rng.chance(0.55)) parts.push(WEIGHTED[rng.int(0, WEIGHTED.length - 1)]!(draw, spot, protocol) ?? '');
  if (rng.chance(0.15)) parts.push(WEIGHTED[rng.int(0, WEIGHTED.length - 1)]!(draw, spot, protocol) ?? '');
  return [...new Set(parts.filter((p) => p !== ''))].join(' ');
}

export function randomProtocol(rng: Rng): Protocol {
  return rng.pick(['tcp', 'tcp', 'tcp', 'udp', 'udp', 'icmp', 'all', 'all', 'all', 'all']);
}
