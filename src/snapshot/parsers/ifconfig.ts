import { maskOf, parseIp, type Ip } from '../../address/ip.js';
import type { InterfaceAddress, LinkDetail, NetInterface } from '../../model/link.js';
import { DEVICE } from '../../names/index.js';
import { hiddenByIfconfig } from './hidden-links.js';
import { EntryCount, linesOf, parseMac, parseUint, ProblemList, unlessRefused, type Line, type Parsed } from './source.js';

interface Draft {
  readonly name: string;
  readonly line: number;
  readonly addresses: InterfaceAddress[];
  flags: readonly string[];
  mtu: number;
  mac?: string;
}

/** Counters and settings that say nothing about a packet's path. */
const IDLE = /^\s+(?:RX|TX|collisions|Interrupt|inet6 addr:.*Scope:Host|device |Base address|Memory)/;

/** The shortest line that names an interface or an address: `a: flags=1<UP>  mtu 1500`, `  inet 1.1.1.1  netmask 255.0.0.0`. */
const SHORTEST = 30;

function lengthOf(mask: Ip | undefined): number | undefined {
  if (typeof mask !== 'number') return undefined;
  for (let length = 0; length <= 32; length++) if (maskOf(4, length) === mask) return length;
  return undefined;
}

function scopeOf(name: string, ip: Ip, word: string | undefined): InterfaceAddress['scope'] {
  if (word?.toLowerCase().includes('link')) return 'link';
  return name === 'lo' || word?.toLowerCase() === 'host' || (typeof ip === 'number' && ip >>> 24 === 127) ? 'host' : 'global';
}

/** `inet 172.17.0.1 netmask 255.255.0.0`, `inet addr:172.17.0.2 … Mask:255.255.0.0`. */
function ipv4(draft: Draft, text: string): boolean {
  const ip = parseIp(/\binet (?:addr:)?\s*([\d.]+)/.exec(text)?.[1] ?? '');
  const prefixLength = lengthOf(parseIp(/\b(?:netmask |Mask:)([\d.]+)/.exec(text)?.[1] ?? ''));
  if (ip === undefined || prefixLength === undefined) return false;
  draft.addresses.push({ ip, prefixLength, scope: scopeOf(draft.name, ip, undefined), flags: [] });
  return true;
}

/** `inet6 fe80::1 prefixlen 64 scopeid 0x20<link>`, `inet6 addr: fe80::1/64 Scope:Link`. */
function ipv6(draft: Draft, text: string): boolean {
  const ip = parseIp(/\binet6 (?:addr:)?\s*([0-9a-f:]+)/i.exec(text)?.[1] ?? '');
  const prefixLength = parseUint(/(?:prefixlen |\/)(\d{1,3})/.exec(text)?.[1]);
  if (ip === undefined || prefixLength === undefined) return false;
  draft.addresses.push({
    ip,
    prefixLength,
    scope: scopeOf(draft.name, ip, /<(\w+)>|Scope:(\w+)/.exec(text)?.slice(1).find(Boolean)),
    flags: [],
  });
  return true;
}

function macOf(text: string): string | undefined {
  return parseMac(/(?:\bether|HWaddr)\s+(\S+)/.exec(text)?.[1]);
}

/** Reads the lines below an interface's name. @returns whether the line was understood. */
function detail(draft: Draft, { text }: Line): boolean {
  const mac = macOf(text);
  if (mac !== undefined) draft.mac = mac;
  if (/\binet6 /.test(text)) return IDLE.test(text) || ipv6(draft, text);
  if (/\binet /.test(text)) return ipv4(draft, text);
  const mtu = parseUint(/\bMTU:(\d+)/.exec(text)?.[1]);
  if (mtu !== undefined) {
    draft.flags = text
      .trim()
      .split(/\s+/)
      .filter((word) => /^[A-Z]+$/.test(word));
    draft.mtu = mtu;
  }
  return mtu !== undefined || mac !== undefined || IDLE.test(text) || /^\s+(?:loop|unspec|ether)\b/.test(text);
}

function open({ text, number }: Line): Draft | undefined {
  const found = /^([^\s:]+)(?::\s+flags=\d+<([^>]*)>\s+mtu (\d+)|\s+Link encap:)/.exec(text);
  if (found === null) return undefined;
  const mac = macOf(text);
  const flags = (found[2] ?? '').split(',').filter((flag) => flag !== '');
  return { name: found[1] ?? '', line: number, addresses: [], flags, mtu: Number(found[3] ?? 0), ...(mac === undefined ? {} : { mac }) };
}

/** `eth0:1: flags=…`, `eth0:1  Link encap:…`: an address more of `eth0`, under a label of its own. @returns the name before the label. */
function labelled(text: string): string | undefined {
  return /^([^\s:]+):[^\s:]+(?::\s+flags=|\s+Link encap:)/.exec(text)?.[1];
}

function finish(draft: Draft, problems: ProblemList): NetInterface {
  const loopback = draft.flags.includes('LOOPBACK');
  const kind: LinkDetail = { kind: loopback ? 'loopback' : 'ether' };
  const running = draft.flags.includes('RUNNING');
  return {
    name: problems.name(DEVICE, draft.name, draft.line, draft.name),
    index: 0,
    up: draft.flags.includes('UP'),
    carrier: running,
    flags: draft.flags,
    mtu: draft.mtu,
    ...(draft.mac === undefined ? {} : { mac: draft.mac }),
    detail: kind,
    addresses: draft.addresses,
    origin: problems.at(draft.line),
  };
}

/** Reads `ifconfig [-a]` of net-tools (both its layouts) and of busybox. It shows no ifindex: that is 0 in all interfaces. */
export function parseIfconfig(text: string, file: string): Parsed<readonly NetInterface[]> {
  const problems = new ProblemList(file);
  const drafts: Draft[] = [];
  const count = new EntryCount(file, SHORTEST);
  let current: Draft | undefined;
  for (const line of linesOf(text)) {
    const draft = open(line);
    if (draft !== undefined || /\binet/.test(line.text)) count.add(line.number, line.text.length);
    const labelOf = labelled(line.text);
    const owner = labelOf === undefined ? undefined : drafts.find(({ name }) => name === labelOf);
    if (draft !== undefined) drafts.push((current = draft));
    else if (owner !== undefined) current = owner;
    else if (current === undefined || !detail(current, line)) problems.add(line.number, line.text, 'not a line of ifconfig');
  }
  const data = drafts.flatMap((draft) => unlessRefused(() => finish(draft, problems)) ?? []);
  return { data, problems: problems.list, leavesOut: hiddenByIfconfig(data) };
}
