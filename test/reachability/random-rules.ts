import { addressBits, formatIp, lastOf, parseIp, prefixOf, type Family, type Ip } from '../../src/address/ip.js';
import type { Rng } from '../kernel/generate/rng.js';

type Protocol = 'tcp' | 'udp' | 'icmp' | 'all';
type Maker = () => string;

/** What rules are made of: what the host knows, and where the rule stands. */
export interface Place {
  readonly rng: Rng;
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  readonly addresses: readonly string[];
  readonly devices: readonly string[];
  readonly ports: readonly number[];
  /** `--match-set` of these sets of the family, without dimensions, with how many they take. */
  readonly sets: readonly { readonly name: string; readonly dims: number }[];
  /** Whether packets come in here, and leave from here, by a device. */
  readonly comesIn: boolean;
  readonly goesOut: boolean;
  /** Which things this host has that tell each address apart, so that sets are small. */
  readonly scattered: Scattered;
}

export interface Scattered {
  readonly bytes: boolean;
  readonly holes: boolean;
  readonly several: boolean;
  readonly netmap: boolean;
}

const hex = (n: bigint | number): string => `0x${n.toString(16)}`;

const ipOf = (place: Place): Ip => parseIp(place.rng.pick(place.addresses)) ?? 0;

function prefix(place: Place): string {
  const { rng, family } = place;
  const ip = ipOf(place);
  const holes = family === 4 ? ['255.0.255.255', '0.0.0.15'] : ['ffff::ffff', '::f'];
  const few = family === 4 ? ['255.255.0.255', '255.255.255.1', '255.255.252.15'] : ['ffff:ffff:ff0f:ffff::', 'ffff:fff0:ffff::'];
  if (rng.chance(0.12)) return `${formatIp(ip)}/${rng.pick(place.scattered.holes ? holes : few)}`;
  const length = family === 4 ? rng.pick([32, 32, 31, 30, 28, 25, 24, 20, 12, 3]) : rng.pick([128, 128, 127, 124, 112, 64, 48, 16, 3]);
  return `${formatIp(prefixOf(ip, length).addr)}/${length}`;
}

/** A range that begins at an address of the host, for a while. */
function ipRange(place: Place, most: number): string {
  const ip = ipOf(place);
  const width = place.rng.int(1, most);
  return `${formatIp(ip)}-${formatIp(typeof ip === 'number' ? Math.min(ip + width, 0xffffffff) : ip + BigInt(width))}`;
}

const not = ({ rng }: Place): string => (rng.chance(0.2) ? '! ' : '');

function portRange({ rng, ports }: Place): string {
  const port = rng.chance(0.7) ? rng.pick(ports) : rng.int(1, 65535);
  return rng.chance(0.5) ? String(port) : `${port}:${Math.min(65535, port + rng.pick([1, 7, 100, 5000]))}`;
}

/** Conditions on raw bytes: addresses, ports, protocol and length, as administrators write them. */
function u32(place: Place): string {
  const { rng, family, ports } = place;
  const ip = ipOf(place);
  const at = family === 4 ? { src: 12, dst: 16 } : { src: 20, dst: 36 };
  const word = hex(typeof ip === 'number' ? ip : ip & 0xffffffffn);
  const mask = rng.pick(['', '', '&0xffffff00', '&0xff']);
  const value = mask === '' ? word : hex(BigInt(word) & BigInt(mask.slice(1)));
  const payload = family === 4 ? '0x0>>0x16&0x3c@0x0' : '0x28';
  const port = rng.pick(ports);
  const made = [
    `${hex(at.src)}${mask}=${value}`,
    `${hex(at.dst)}${mask}=${value}`,
    `${payload}&0xffff=${hex(port)}:${hex(port + rng.pick([0, 3, 900]))}`,
    `${payload}>>0x10=${hex(port)}:${hex(Math.min(65535, port + 30000))}`,
  ];
  return `-m u32 ${not(place)}--u32 "${rng.pick(made)}"`;
}

function conntrack(place: Place): string {
  const { rng } = place;
  const made = [
    `--ctorigsrcport ${portRange(place)}`,
    `--ctorigdstport ${portRange(place)}`,
    `--ctreplsrcport ${portRange(place)}`,
    `--ctrepldstport ${portRange(place)}`,
    `--ctorigsrc ${prefix(place)}`,
    `--ctorigdst ${prefix(place)}`,
    `--ctreplsrc ${prefix(place)}`,
    `--ctrepldst ${prefix(place)}`,
    `--ctstate ${rng.pick(['NEW', 'ESTABLISHED', 'DNAT', 'SNAT', 'UNTRACKED', 'INVALID'])}`,
    `--ctstatus ${rng.pick(['NONE', 'SEEN_REPLY', 'CONFIRMED'])}`,
  ];
  return `-m conntrack ${not(place)}${rng.pick(made)}`;
}

function setCondition({ rng, sets }: Place): string {
  if (sets.length === 0) return '';
  const set = rng.pick(sets);
  const dims = Array.from({ length: set.dims }, () => rng.pick(['src', 'dst'])).join(',');
  return `-m set ${rng.chance(0.3) ? '! ' : ''}--match-set ${set.name} ${dims}`;
}

function addrtype(place: Place): string {
  const types = ['LOCAL', 'UNICAST', 'BLACKHOLE', 'UNREACHABLE', 'PROHIBIT', 'MULTICAST'];
  if (place.family === 4) types.push('BROADCAST');
  const limit = place.comesIn && place.chain !== 'FORWARD' && place.rng.chance(0.3) ? ' --limit-iface-in' : '';
  return `-m addrtype ${not(place)}${place.rng.pick(['--src-type', '--dst-type'])} ${place.rng.some(types, 0.3)[0] ?? 'LOCAL'}${limit}`;
}

function condition(place: Place, protocol: Protocol): string {
  const { rng, table, chain } = place;
  const ported = protocol === 'tcp' || protocol === 'udp';
  const makers: readonly Maker[] = [
    ...(place.scattered.bytes ? [() => u32(place)] : []),
    () => conntrack(place),
    () => conntrack(place),
    () => setCondition(place),
    () => setCondition(place),
    () => addrtype(place),
    () => `-m iprange ${not(place)}${rng.pick(['--src-range', '--dst-range'])} ${ipRange(place, 40)}`,
    () => `-m mark ${not(place)}--mark ${rng.pick(['0x1', '0x2', '0x10/0xf0', '0x0/0xff'])}`,
    () => `-m connmark ${not(place)}--mark ${rng.pick(['0x1', '0x2/0x2', '0x0'])}`,
    ...(ported
      ? [
          () => `-m multiport ${not(place)}${rng.pick(['--sports', '--dports', '--ports'])} ${portRange(place)},${portRange(place)}`,
          () => `-m ${protocol} ${not(place)}${rng.pick(['--sport', '--dport'])} ${portRange(place)}`,
          () => `-m ${protocol} ${not(place)}--sport ${portRange(place)} ${not(place)}--dport ${portRange(place)}`,
        ]
      : []),
    ...(ported && table === 'mangle' && (chain === 'PREROUTING' || chain === 'INPUT')
      ? [() => `-m socket${rng.pick(['', ' --nowildcard', ' --transparent'])}`]
      : []),
    ...(chain === 'PREROUTING' && table !== 'nat'
      ? [() => `-m rpfilter${rng.pick(['', ' --loose', ' --invert', ' --validmark --invert'])}`]
      : []),
  ];
  return rng.pick(makers)();
}

function natTarget(place: Place, ported: boolean): string {
  const { rng, family, chain, scattered } = place;
  const wrapped = (ip: string): string => (family === 4 ? ip : `[${ip}]`);
  const ip = rng.pick(place.addresses);
  const [low, high] = [rng.pick(place.ports), rng.int(1, 2000)];
  const ports = `${low}-${Math.min(65535, low + high)}`;
  const net = family === 4 ? rng.pick([24, 28, 30, 16]) : rng.pick([64, 120, 112]);
  const netmap = `NETMAP --to ${formatIp(prefixOf(ipOf(place), net).addr)}/${net}`;
  if (chain === 'PREROUTING' || chain === 'OUTPUT') {
    const made = [`DNAT --to-destination ${ip}`, ...(scattered.several ? [`DNAT --to-destination ${ipRange(place, 3)}`] : [])];
    if (scattered.netmap) made.push(netmap);
    if (!ported) return rng.pick([...made, 'REDIRECT']);
    const shifted = `DNAT --to-destination ${wrapped(ip)}:${ports}/${Math.min(65535, low + 2)}`;
    const toPort = `DNAT --to-destination ${wrapped(ip)}:${low}`;
    return rng.pick([...made, toPort, toPort, `DNAT --to-destination ${wrapped(ip)}:${ports}`, shifted, `REDIRECT --to-ports ${ports}`]);
  }
  const snat = [`SNAT --to-source ${ip}`];
  if (scattered.several) snat.push(`SNAT --to-source ${ipRange(place, 3)}${rng.pick(['', ' --persistent'])}`);
  if (ported) snat.push(`SNAT --to-source ${wrapped(ip)}:${ports}`);
  if (ported && scattered.several && family === 4) snat.push(`SNAT --to-source ${ipRange(place, 3)}:${ports}`);
  if (chain === 'INPUT') return rng.pick(snat);
  const masquerade = ['MASQUERADE', ...(ported ? [`MASQUERADE --to-ports ${ports}`, `MASQUERADE --to-ports ${ports} --random`] : [])];
  return rng.pick([...snat, ...masquerade, ...masquerade, ...(scattered.netmap ? [netmap] : [])]);
}

function target(place: Place, protocol: Protocol): string {
  const { rng, family, table, chain } = place;
  const ported = protocol === 'tcp' || protocol === 'udp';
  const mark = rng.pick(['0x1/0xffffffff', '0x2/0xff', '0x10/0xf0', '0x0/0xf']);
  const noted = `SET ${rng.pick(['--add-set', '--add-set', '--del-set'])} seen${family}${rng.pick([' src', ' dst'])}`;
  const both = `SET --add-set pair${family} ${rng.pick(['src,dst', 'dst,dst', 'src,src'])}`;
  switch (table) {
    case 'nat':
      return rng.chance(0.15) ? rng.pick(['ACCEPT', 'RETURN']) : natTarget(place, ported);
    case 'raw':
      return rng.pick(['CT --notrack', 'CT --zone 7', 'CT --zone-orig 7', 'ACCEPT', 'DROP', `MARK --set-xmark ${mark}`]);
    case 'mangle': {
      const marks = [`MARK --set-xmark ${mark}`, `MARK --set-xmark ${mark}`, `CONNMARK --set-xmark ${mark}`];
      const kept = ['--save-mark', '--restore-mark'].map((verb) => `CONNMARK ${verb} --nfmask 0xff --ctmask 0xff`);
      const tproxy = `TPROXY --on-port ${rng.pick(place.ports)} --on-ip ${family === 4 ? '0.0.0.0' : '::'} --tproxy-mark 0x1/0xffffffff`;
      return rng.pick([...marks, ...marks, ...kept, 'ACCEPT', 'DROP', noted, ...(chain === 'PREROUTING' && ported ? [tproxy] : [])]);
    }
    default:
      return rng.pick(['ACCEPT', 'DROP', 'ACCEPT', 'DROP', 'RETURN', 'LOG', 'REJECT', noted, ported ? both : noted, '']);
  }
}

/** @returns one rule, as iptables-save prints it. */
export function oddRule(place: Place): string {
  const { rng, family, chain } = place;
  const protocol: Protocol = rng.pick(['tcp', 'tcp', 'udp', 'icmp', 'all', 'all']);
  const icmp = family === 4 ? 'icmp' : 'ipv6-icmp';
  const verdict = target(place, protocol);
  const parts = [
    `-A ${chain}`,
    rng.chance(0.3) ? `${not(place)}-s ${prefix(place)}` : '',
    rng.chance(0.3) ? `${not(place)}-d ${prefix(place)}` : '',
    place.comesIn && rng.chance(0.2) ? `${not(place)}-i ${rng.pick(place.devices)}` : '',
    place.goesOut && rng.chance(0.2) ? `${not(place)}-o ${rng.pick(place.devices)}` : '',
    protocol === 'all' ? '' : `-p ${protocol === 'icmp' ? icmp : protocol}`,
    rng.chance(0.75) ? condition(place, protocol) : '',
    rng.chance(0.15) ? condition(place, protocol) : '',
    verdict === '' ? '' : `-j ${verdict}`,
  ];
  return [...new Set(parts.filter((part) => part !== ''))].join(' ');
}

/** @returns rules that differ in their source, and perhaps in a port, alone; long runs are read differently from short ones. */
export function ruleRun(place: Place): readonly string[] {
  const { rng, chain } = place;
  const ported = rng.chance(0.5);
  const verdicts = place.table === 'filter' ? ['ACCEPT', 'DROP'] : place.table === 'nat' ? ['ACCEPT', 'RETURN'] : ['ACCEPT', 'RETURN'];
  const alike = rng.chance(0.5) ? [rng.pick(verdicts)] : verdicts;
  const rule = (source: string): string =>
    `-A ${chain} -s ${source}${ported ? ` -p tcp -m tcp --dport ${rng.chance(0.5) ? place.ports[0] : portRange(place)}` : ''} -j ${rng.pick(alike)}`;
  if (!rng.chance(0.15)) return rng.times(2, 6, () => rule(prefix(place)));
  const first = ipOf(place);
  return rng.times(66, 80, (i) =>
    rule(`${formatIp(typeof first === 'number' ? (first + i) >>> 0 : first + BigInt(i))}/${addressBits(place.family)}`),
  );
}

/** @returns NETMAP of one prefix onto another as wide: whom it moves where can be told by ranges. */
export function netmapRule(place: Place): string {
  const { rng, family, chain } = place;
  const length = family === 4 ? rng.pick([24, 28, 30, 16]) : rng.pick([64, 120, 112]);
  const net = (): string => `${formatIp(prefixOf(ipOf(place), length).addr)}/${length}`;
  const end = chain === 'PREROUTING' || chain === 'OUTPUT' ? '-d' : '-s';
  return `-A ${chain} ${end} ${net()} -j NETMAP --to ${net()}`;
}

/** @returns the last address of a prefix: broadcasts and limits. */
export const lastAddress = (ip: Ip, length: number): string => formatIp(lastOf(prefixOf(ip, length)));
