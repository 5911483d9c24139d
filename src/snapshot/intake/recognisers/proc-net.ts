import { absentSetting } from '../../parsers/sysctl.js';
import type { Placing, Recogniser } from '../piece.js';
import { ONE_HOP } from './ip-route.js';

/** The words of `/proc/net` are hexadecimal, addresses in the byte order of the machine: little-endian on all that run Docker. */
function address4(hex: string): string {
  return (hex.match(/../g) ?? [])
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');
}

/** Four words of 32 bits, each in the machine's byte order (tcp_ipv6.c, get_tcp6_sock). */
function address6(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  return groups6(words.map((word) => (word.match(/../g) ?? []).reverse().join('')).join(''));
}

const groups6 = (hex: string): string => (hex.match(/.{4}/g) ?? []).join(':');

const isCat =
  (files: RegExp) =>
  ({ program, args }: { readonly program: string; readonly args: readonly string[] }): boolean =>
    /^(?:cat|head|tail|more|less)$/.test(program) && args.some((word) => files.test(word));

const SOCKET_HEAD = /^\s*sl\s+local_address\s+rem(?:ote)?_address\s+st\b/;
const SOCKET = /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]{2}) /;
/** The kernel prints the head where there are no sockets too. */
const NETSTAT_HEAD = 'Proto Recv-Q Send-Q Local Address Foreign Address State';
const LISTENS = '0A';
const UNCONNECTED = '07';

/** UDP's heads and lines go on with `ref pointer drops`; TCP's lines with what its timers are at (udp4_format_sock, get_tcp4_sock). */
function protoOf(lines: readonly string[], told: string | undefined): 'tcp' | 'udp' {
  const named = /(tcp|udp)6?$/.exec(told ?? '')?.[1];
  if (named !== undefined) return named === 'udp' ? 'udp' : 'tcp';
  return lines.some((line) => /\bref pointer drops\b/.test(line) || SOCKET.exec(line)?.[5] === UNCONNECTED) ? 'udp' : 'tcp';
}

/** A socket that waits, as `netstat -ln` prints it; an empty line for any other. */
function asNetstat(line: string, proto: string): string {
  const [, local = '', port = '', , , state] = SOCKET.exec(line) ?? [];
  if (SOCKET_HEAD.test(line)) return NETSTAT_HEAD;
  if (state !== (proto === 'tcp' ? LISTENS : UNCONNECTED)) return SOCKET.test(line) ? '' : line;
  const six = local.length === 32;
  const ip = six ? address6(local) : address4(local);
  const any = six ? ':::*' : '0.0.0.0:*';
  const here = six && /^[0:]*$/.test(ip) ? '::' : ip;
  return `${proto}${six ? 6 : ''} 0 0 ${here}:${Number.parseInt(port, 16)} ${any} ${proto === 'tcp' ? 'LISTEN' : ''}`;
}

function placeSockets(lines: readonly string[], told: string | undefined): Placing {
  const proto = protoOf(lines, told);
  const six = lines.some((line) => SOCKET.exec(line)?.[1]?.length === 32) || /6$/.test(told ?? '');
  const lacks = (['tcp', 'tcp6', 'udp', 'udp6'] as const)
    .filter((file) => file !== `${proto}${six ? 6 : ''}`)
    .map((file) => ({
      why: `/proc/net/${file} is not shown`,
      what: file.startsWith('tcp') ? ('tcp' as const) : ('udp' as const),
      suppliedBy: `proc ${file}`,
    }));
  const variant = `proc ${proto}${six ? 6 : ''}`;
  return { folder: 'netns', name: 'netstat.txt', variant, rank: -2, lacks, as: (line) => asNetstat(line, proto) };
}

/** `/proc/net/tcp`, `udp`, `tcp6`, `udp6`. */
export const PROC_SOCKETS: Recogniser = {
  name: '/proc/net/tcp',
  begins: (line) => SOCKET_HEAD.test(line),
  goesOn: (line) => SOCKET_HEAD.test(line) || SOCKET.test(line),
  anew: (line) => SOCKET_HEAD.test(line),
  printedBy: isCat(/\/net\/(?:tcp|udp)6?$/),
  place: (lines, call) =>
    placeSockets(
      lines,
      call?.args.find((word) => /\/net\//.test(word)),
    ),
};

const ROUTE_HEAD = /^Iface\s+Destination\s+Gateway\s+Flags\s+RefCnt/;
const ROUTE4 = /^\S+\s+[0-9A-F]{8}\s+[0-9A-F]{8}\s+[0-9A-F]{4}\s+\d+\s+\d+\s+\d+\s+[0-9A-F]{8}\s/;
/** Flags of a route (route.h). */
const [GATEWAY, REJECT, LOCAL] = [0x2, 0x200, 0x80000000];
const MAIN_ALONE = [{ why: 'it shows the table main alone', what: 'tables' }] as const;

function lengthOf(mask: string): number {
  return [...Number.parseInt(mask, 16).toString(2)].filter((bit) => bit === '1').length;
}

function asRoute4(line: string): string {
  if (ROUTE_HEAD.test(line)) return '';
  if (!ROUTE4.test(line)) return line;
  const [dev = '', dst = '', gateway = '', flagText = '', , , metric = '', mask = ''] = line.trim().split(/\s+/);
  const flags = Number.parseInt(flagText, 16);
  const to = mask === '00000000' ? 'default' : `${address4(dst)}/${lengthOf(mask)}`;
  const weight = metric === '0' ? '' : ` metric ${metric}`;
  if (flags & REJECT) return `unreachable ${to}${weight}`;
  return `${to}${flags & GATEWAY ? ` via ${address4(gateway)}` : ''} dev ${dev}${weight}`;
}

/** `/proc/net/route`: the table main of IPv4. */
export const PROC_ROUTE: Recogniser = {
  name: '/proc/net/route',
  begins: (line) => ROUTE_HEAD.test(line),
  goesOn: (line) => ROUTE4.test(line) || ROUTE_HEAD.test(line),
  printedBy: isCat(/\/net\/route$/),
  place: () => ({ folder: 'netns', name: 'ip-route.txt', variant: 'main', rank: -1, lacks: ONE_HOP, as: asRoute4 }),
};

const ROUTE6 = /^[0-9a-f]{32} [0-9a-f]{2} [0-9a-f]{32} [0-9a-f]{2} [0-9a-f]{32} [0-9a-f]{8} [0-9a-f]{8} [0-9a-f]{8} [0-9a-f]{8}\s+\S+$/;

/** A row as `ip -6 route` prints it; the host's own addresses, multicast and the kernel's last resort on `lo` are of no table one asks for. */
function asRoute6(line: string): string {
  const [dst = '', plen = '', , , next = '', metric = '', , , flagText = '', dev = ''] = line.trim().split(/\s+/);
  if (!ROUTE6.test(line.trim())) return line;
  const flags = Number.parseInt(flagText, 16);
  if (dev === 'lo' || flags & LOCAL || dst.startsWith('ff')) return '';
  const length = Number.parseInt(plen, 16);
  const to = length === 0 ? 'default' : `${groups6(dst)}/${length}`;
  const via = flags & GATEWAY ? ` via ${groups6(next)}` : '';
  return `${flags & REJECT ? 'unreachable ' : ''}${to}${via} dev ${dev} metric ${Number.parseInt(metric, 16)} pref medium`;
}

/** `/proc/net/ipv6_route`. */
export const PROC_ROUTE6: Recogniser = {
  name: '/proc/net/ipv6_route',
  begins: (line) => ROUTE6.test(line.trim()),
  goesOn: (line) => ROUTE6.test(line.trim()),
  printedBy: isCat(/\/net\/ipv6_route$/),
  place: () => ({ folder: 'netns', name: 'ip6-route.txt', variant: 'main', rank: -1, lacks: MAIN_ALONE, as: asRoute6 }),
};

/** `/proc/net/fib_trie`: prefixes without the devices that they lead to. */
export const FIB_TRIE: Recogniser = {
  name: '/proc/net/fib_trie',
  begins: (line) => /^(?:Main|Local):\s*$/.test(line) || /^\s+\+-- \d/.test(line),
  goesOn: (line) => /^(?:Main|Local):\s*$/.test(line) || /^\s+(?:\+--|\|--|\/\d+ )/.test(line),
  printedBy: isCat(/\/net\/fib_trie$/),
  place: () => '/proc/net/fib_trie shows no devices and no next hops: `ip route show table all` does',
};

const SETTING_PATH = /^\/proc\/sys\/(net\/[\w./@:-]+)$/;
const SETTING_LINE = /^\/proc\/sys\/(net\/[\w./@-]+):(.*)$/;

/** `cat /proc/sys/…`, `grep . /proc/sys/…`. */
export const PROC_SYS: Recogniser = {
  name: '/proc/sys',
  begins: (line) => SETTING_LINE.test(line),
  goesOn: (line) => SETTING_LINE.test(line) || absentSetting(line) !== undefined || /^-?\d[\d\s]*$/.test(line),
  printedBy: ({ program, args }) => /^(?:cat|head|tail|grep)$/.test(program) && args.some((word) => SETTING_PATH.test(word)),
  place: (lines, call) => {
    const absent = new Set(lines.flatMap((line) => absentSetting(line) ?? []));
    const asked = (call?.args ?? []).flatMap((word) => SETTING_PATH.exec(word)?.[1] ?? []);
    const named = asked.filter((name) => !absent.has(name.replaceAll('/', '.')));
    const written = lines.filter((line) => line.trim() !== '' && absentSetting(line) === undefined);
    const bare = written.every((line) => !SETTING_LINE.test(line));
    if (bare && named.length !== written.length) return 'values without the names of their settings: `sysctl -a` shows both';
    const nameOf = new Map(written.map((line, i) => [line, named[i] ?? '']));
    const as = (line: string): string => {
      const [, name, value = ''] = SETTING_LINE.exec(line) ?? [];
      if (absentSetting(line) !== undefined) return line;
      return name === undefined ? `${nameOf.get(line) ?? ''} = ${line.trim()}` : `${name} = ${value.trim()}`;
    };
    if (bare && new Set(written).size !== written.length && new Set(written.map(as)).size !== written.length)
      return 'values that nobody can tell apart: `sysctl -a` shows them with their names';
    const lacks = [{ why: 'it shows the settings that were asked for alone', what: 'settings' as const }];
    return { folder: 'netns', name: 'sysctl.txt', variant: asked.join(' ') || (lines[0] ?? ''), rank: 0, lacks, as };
  },
};
