import { familyOf, addressBits, parseIp } from '../../../address/ip.js';
import { DEVICE, isName } from '../../../names/index.js';
import type { Placing, Recogniser } from '../piece.js';

/** A row of a table, or facts of a machine: unvalidated. */
type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

function parsed(lines: readonly string[]): unknown {
  try {
    return JSON.parse(lines.join('\n'));
  } catch {
    return undefined;
  }
}

function rowsOf(lines: readonly string[]): readonly Row[] {
  const value = parsed(lines);
  return Array.isArray(value) ? value.filter(isRow) : [];
}

/** `255.255.255.0`, `24` or `ffff:ffff::`: how many bits are the network's. */
function lengthOf(mask: unknown): number | undefined {
  const text = textOf(mask);
  if (/^\d{1,3}$/.test(text)) return Number(text) <= 128 ? Number(text) : undefined;
  const ip = parseIp(text);
  if (ip === undefined) return undefined;
  const bits = ip.toString(2).padStart(addressBits(familyOf(ip)), '0');
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : undefined;
}

/** An address without its zone (`fe80::1%eth0`), where it is one. */
function ipOf(value: unknown): string | undefined {
  const text = textOf(value).split(/[%/]/, 1)[0] ?? '';
  return parseIp(text) === undefined ? undefined : text;
}

const deviceOf = (value: unknown): string | undefined => (isName(DEVICE, textOf(value)) ? textOf(value) : undefined);

/** A listing written anew, at the lines where its JSON stands. */
function written(name: string, rank: number, text: readonly string[], lacks: Placing['lacks']): Placing {
  return { folder: 'netns', name, variant: '', rank, as: (_, index) => (index === 0 ? text.join('\n') : ''), ...(lacks && { lacks }) };
}

/** JSON has no line that begins or goes on: its members tell. */
const ofJson = (name: string, place: Recogniser['place']): Recogniser => ({
  name,
  begins: () => false,
  goesOn: () => false,
  printedBy: () => false,
  place,
});

const CUT = 'its JSON is cut or broken';
const HIDDEN = [
  { why: 'it does not show which interface is a port of which bridge', what: 'ports' },
  { why: 'it shows no other end of any interface', what: 'peers' },
] as const;

function brief(byDevice: ReadonlyMap<string, { readonly state: string; readonly addresses: readonly string[] }>): readonly string[] {
  return [...byDevice].map(([device, { state, addresses }]) => `${device} ${state} ${addresses.join(' ')}`.trimEnd());
}

function factAddresses(fact: Row): readonly string[] {
  const list = (value: unknown): readonly Row[] => (Array.isArray(value) ? value.filter(isRow) : isRow(value) ? [value] : []);
  const own = ['ipv4', 'ipv4_secondaries', 'ipv6'].flatMap((key) => list(fact[key]));
  return own.flatMap((one) => {
    const [ip, length] = [ipOf(one['address']), lengthOf(one['prefix'] ?? one['netmask'])];
    return ip === undefined || length === undefined ? [] : [`${ip}/${length}`];
  });
}

/** What `ansible -m setup` tells of interfaces; of routes it tells the default one alone, which is no listing. */
function placeFacts(lines: readonly string[]): Placing | string {
  const value = parsed(lines);
  const facts = isRow(value) && isRow(value['ansible_facts']) ? value['ansible_facts'] : value;
  if (!isRow(facts)) return CUT;
  const links = Object.entries(facts).flatMap(([, fact]) => {
    const device = isRow(fact) && Array.isArray(facts['ansible_interfaces'] ?? facts['interfaces']) ? deviceOf(fact['device']) : undefined;
    if (device === undefined || !isRow(fact)) return [];
    const state = fact['type'] === 'loopback' ? 'UNKNOWN' : fact['active'] === false ? 'DOWN' : 'UP';
    return [[device, { state, addresses: factAddresses(fact) }] as const];
  });
  return links.length === 0
    ? 'no interface is told in it: `ip -d addr` shows them'
    : written('ip-addr.txt', 0, brief(new Map(links)), HIDDEN);
}

/** `ansible HOST -m setup`. */
export const ANSIBLE_FACTS = ofJson('ansible facts', placeFacts);

function placeAddresses(lines: readonly string[]): Placing | string {
  const byDevice = new Map<string, { readonly state: string; readonly addresses: string[] }>();
  for (const row of rowsOf(lines)) {
    const [device, ip, length] = [deviceOf(row['interface']), ipOf(row['address']), lengthOf(row['mask'])];
    if (device === undefined || ip === undefined || length === undefined) return 'an address of it is not understood';
    const known = byDevice.get(device) ?? { state: 'UNKNOWN', addresses: [] };
    known.addresses.push(`${ip}/${length}`);
    byDevice.set(device, known);
  }
  if (byDevice.size === 0) return CUT;
  const links = { why: 'it shows no interface without an address, and not which is down', what: 'links' } as const;
  return written('ip-addr.txt', 0, brief(byDevice), [links, ...HIDDEN]);
}

/** The table `interface_addresses` of osquery. */
export const OSQUERY_ADDRESSES = ofJson('osquery interface_addresses', placeAddresses);

/** RTN_UNICAST is called gateway there (osquery/tables/networking/linux/routes.cpp). */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['gateway', ''],
  ['local', 'local '],
  ['broadcast', 'broadcast '],
  ['anycast', 'anycast '],
]);

function routeLine(row: Row): string | undefined {
  const [to, length, dev] = [ipOf(row['destination']), lengthOf(row['netmask']), deviceOf(row['interface'])];
  const kind = KINDS.get(textOf(row['type']));
  if (to === undefined || length === undefined || dev === undefined || kind === undefined) return undefined;
  const [via, src] = [ipOf(row['gateway']), ipOf(row['source'])];
  const metric = /^\d{1,10}$/.test(textOf(row['metric'])) && textOf(row['metric']) !== '0' ? ` metric ${textOf(row['metric'])}` : '';
  const table = kind === '' ? '' : ' table local';
  return `${kind}${to}/${length}${via === undefined ? '' : ` via ${via}`} dev ${dev}${table}${src === undefined ? '' : ` src ${src}`}${metric}`;
}

function placeRoutes(lines: readonly string[]): Placing | string {
  const rows = rowsOf(lines);
  if (rows.length === 0) return CUT;
  const told = rows.map(routeLine);
  const keys = rows
    .filter(({ type }) => type === 'gateway')
    .map((row) => `${textOf(row['destination'])}/${textOf(row['netmask'])} ${textOf(row['metric'])}`);
  if (new Set(keys).size < keys.length) return 'osquery does not tell of which table a route is: `ip route show table all` does';
  const lacks = [
    { why: 'osquery does not tell of which table a route is' },
    ...(told.includes(undefined) ? [{ why: 'some of its routes are not understood' }] : []),
  ];
  return written(
    'ip-route.txt',
    0,
    told.filter((line) => line !== undefined),
    lacks,
  );
}

/** The table `routes` of osquery. */
export const OSQUERY_ROUTES = ofJson('osquery routes', placeRoutes);

const PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ['6', 'tcp'],
  ['17', 'udp'],
]);

function socketLine(row: Row): string | undefined {
  const proto = PROTOCOLS.get(textOf(row['protocol']));
  const [ip, port] = [ipOf(row['address']), textOf(row['port'])];
  if (proto === undefined || ip === undefined || !/^\d{1,5}$/.test(port) || port === '0') return undefined;
  const six = ip.includes(':');
  return `${proto}${six ? '6' : ''} 0 0 ${ip}:${port} ${six ? ':::*' : '0.0.0.0:*'} ${proto === 'tcp' ? 'LISTEN' : ''}`;
}

/** Sockets of every namespace stand in one table; the host's own is the oldest, whose number is the lowest (proc_alloc_inum). */
function placePorts(lines: readonly string[]): Placing | string {
  const rows = rowsOf(lines);
  if (rows.length === 0) return CUT;
  const spaces = rows.map((row) => Number(textOf(row['net_namespace']))).filter((number) => number > 0);
  const own = Math.min(...spaces);
  const here = spaces.length === 0 ? rows : rows.filter((row) => Number(textOf(row['net_namespace'])) === own);
  const head = 'Proto Recv-Q Send-Q Local Address Foreign Address State';
  return written('netstat.txt', -3, [head, ...here.flatMap((row) => socketLine(row) ?? [])], undefined);
}

/** The table `listening_ports` of osquery. */
export const OSQUERY_PORTS = ofJson('osquery listening_ports', placePorts);
