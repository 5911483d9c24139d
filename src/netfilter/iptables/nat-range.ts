import { servicePort } from '../services.js';
import { printAddress } from './addresses.js';
import { parseIp, type Family, type Ip } from '../../address/ip.js';
import type { RuleOption } from '../../model/netfilter.js';
import type { NatRange } from '../action.js';
import { U16, address, arg, fail, find, port, requireProtocol, unsigned } from './options.js';

/** Protocols that have ports, or an ICMP id in their place (nf_nat_l4proto_unique_tuple). */
const PORTED = [6, 17, 33, 132, 1, 58];

type Ports = Pick<NatRange, 'minPort' | 'maxPort' | 'basePort'>;
type Ips = Pick<NatRange, 'minIp' | 'maxIp'>;

/** @returns `PORT`, `A-B` or the name of a service (libxt_NAT's parse_ports). */
export function natPorts(option: RuleOption, text: string): Ports {
  const named = servicePort(text);
  if (named !== undefined) return { minPort: named, maxPort: named };
  const parts = text.split('-');
  if (parts.length > 2) return fail(option);
  const minPort = unsigned(option, parts[0] ?? '', U16);
  const maxPort = parts[1] === undefined ? minPort : unsigned(option, parts[1], U16);
  return minPort > maxPort || maxPort > U16 ? fail(option) : { minPort, maxPort };
}

function shiftedPorts(option: RuleOption, text: string): Ports {
  const [range, base, ...more] = text.split('/');
  if (range === undefined || more.length > 0) return fail(option);
  if (base === undefined) return natPorts(option, range);
  return range.includes('-') ? { ...natPorts(option, range), basePort: port(option, base) } : fail(option);
}

/** An address as inet_pton takes it: all of its parts, without signs or zeros before them (libxt_NAT's parse_to). */
function strictAddress(option: RuleOption, text: string, family: Family): Ip {
  return /^[\da-f:.]+$/i.test(text) && parseIp(text) !== undefined ? address(option, text, family) : fail(option);
}

function natIps(option: RuleOption, text: string, family: Family): Ips {
  const parts = text.split('-');
  if (parts.length > 2) return fail(option);
  const minIp = strictAddress(option, parts[0] ?? '', family);
  return { minIp, maxIp: parts[1] === undefined ? minIp : strictAddress(option, parts[1], family) };
}

/** Cuts `1.2.3.4:80` at its colon, `[fd00::1]:80` after its bracket; a bare IPv6 address has no port. */
function cut(option: RuleOption, text: string, family: Family): readonly [ips: string, ports: string | undefined] {
  // what stands between bracket and colon is passed by (libxt_NAT 1.8.9: `[fd00::1]http` names no port)
  const bracket = /^\[([^\]]*)\][^:]*(?::(.*))?$/.exec(text);
  if (bracket) return family === 6 ? [bracket[1] ?? '', bracket[2]] : fail(option);
  if (text.startsWith(':') && !text.startsWith('::')) return ['', text.slice(1)];
  const colon = family === 4 ? text.indexOf(':') : -1;
  return colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
}

/** @returns ports as iptables-save prints them. */
export function natPortsText({ minPort, maxPort, basePort }: Ports): string {
  const range = minPort === maxPort ? String(minPort) : `${minPort}-${maxPort}`;
  return basePort === undefined ? range : `${range}/${basePort}`;
}

/** @returns a range as iptables-save prints it (print_range). */
export function natRangeText(range: NatRange, family: Family): string {
  const { minIp, maxIp = minIp, minPort } = range;
  const ips = minIp === undefined ? '' : minIp === maxIp ? printAddress(minIp) : `${printAddress(minIp)}-${printAddress(maxIp ?? minIp)}`;
  if (minPort === undefined) return ips;
  return `${family === 6 && ips !== '' ? `[${ips}]` : ips}:${natPortsText(range)}`;
}

/** @returns whether ports are drawn at random, and addresses kept for a client. */
export function natFlags(options: readonly RuleOption[]): Pick<NatRange, 'random' | 'persistent'> {
  return { random: find(options, '--random', '--random-fully') !== undefined, persistent: find(options, '--persistent') !== undefined };
}

/** @throws UnreadableOption where a range names ports under a protocol without any, as iptables does. */
export function requirePorts(proto: number, name: string): void {
  requireProtocol(proto, PORTED, name);
}

/** @returns the range of `[ADDR[-ADDR]][:PORT[-PORT[/BASE]]]` (libxt_NAT), its flags included. */
export function natRange(option: RuleOption, text: string, options: readonly RuleOption[], family: Family, proto: number): NatRange {
  const [ips, ports] = cut(option, text, family);
  if (ips === '' && ports === undefined) return fail(option);
  if (ports !== undefined) requirePorts(proto, option.flag);
  return {
    ...(ips === '' ? {} : natIps(option, ips, family)),
    ...(ports === undefined ? {} : shiftedPorts(option, ports)),
    ...natFlags(options),
  };
}

/** @returns the range of `--to-ports` and the flags beside it, of targets that take no address (masquerade_tg, redirect_tg4). */
export function toPorts(options: readonly RuleOption[], proto: number): NatRange {
  const ports = find(options, '--to-ports');
  if (ports !== undefined) requirePorts(proto, '--to-ports');
  return { ...(ports === undefined ? {} : natPorts(ports, arg(ports))), ...natFlags(options) };
}
