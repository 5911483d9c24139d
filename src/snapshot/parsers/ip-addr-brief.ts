import { familyOf, addressBits, parseIp } from '../../address/ip.js';
import type { InterfaceAddress, NetInterface } from '../../model/link.js';
import { DEVICE } from '../../names/index.js';
import type { AddrListing } from './addr-listing.js';
import { linesOf, ProblemList, unlessRefused, wordsOf, type Line, type Parsed } from './source.js';

const BRIEF = /^\s*\S+\s+(?:UNKNOWN|UP|DOWN|LOWERLAYERDOWN|DORMANT|NOTPRESENT|TESTING)(?:\s|$)/;

/** @returns whether a listing of interfaces is `ip -br addr`. */
export function isBriefAddr(text: string): boolean {
  const first = text.trimStart();
  return BRIEF.test(first.slice(0, Math.max(first.indexOf('\n'), 0) || undefined));
}

function addressOf(text: string): InterfaceAddress | undefined {
  const [local = '', length = ''] = text.split('/');
  const ip = parseIp(local);
  const prefixLength = Number(length);
  if (ip === undefined || !/^\d{1,3}$/.test(length) || prefixLength > addressBits(familyOf(ip))) return undefined;
  const host = typeof ip === 'number' ? ip >>> 24 === 127 : ip === 1n;
  const link = typeof ip === 'bigint' && ip >> 118n === 0x3fan;
  return { ip, prefixLength, scope: host ? 'host' : link ? 'link' : 'global', flags: [] };
}

function interfaceOf({ text, number }: Line, problems: ProblemList): NetInterface | undefined {
  const [called = '', state = '', ...rest] = wordsOf(text);
  if (!BRIEF.test(text)) return void problems.add(number, text, 'not a line of ip -br addr');
  const [name = '', link] = called.split('@');
  problems.name(DEVICE, name, number, text);
  const addresses = rest.filter((word) => word !== 'metric' && !/^\d+$/.test(word)).map(addressOf);
  if (addresses.includes(undefined)) problems.add(number, text, 'an address of this line is not understood');
  const carrier = state === 'UP' || state === 'UNKNOWN';
  const index = /^if(\d+)$/.exec(link ?? '')?.[1];
  return {
    name,
    index: 0,
    up: true,
    carrier,
    flags: carrier ? ['UP', 'LOWER_UP'] : ['UP'],
    mtu: 1500,
    detail: { kind: name === 'lo' ? 'loopback' : 'ether' },
    ...(index === undefined ? (link === undefined ? {} : { linkName: link }) : { linkIndex: Number(index) }),
    operstate: state,
    addresses: addresses.filter((address): address is InterfaceAddress => address !== undefined),
    origin: problems.at(number),
  };
}

/** Reads `ip -br addr`: no index, MAC or MTU, and of an interface that is DOWN not whether it was set so or lacks a carrier. */
export function parseAddrBrief(text: string, file: string): Parsed<AddrListing> {
  const problems = new ProblemList(file);
  const interfaces = Array.from(linesOf(text)).flatMap((line) => unlessRefused(() => interfaceOf(line, problems)) ?? []);
  const down = interfaces.some((iface) => !iface.carrier);
  const leavesOut = down ? [{ why: '`ip -br addr` does not tell an interface that is set down from one without a carrier' }] : [];
  return { data: { interfaces, ports: [] }, problems: problems.list, leavesOut };
}
