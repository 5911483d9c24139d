import { familyOf, parseIp, type Ip } from '../../address/ip.js';
import type { ListeningSocket } from '../../model/host.js';
import { DEVICE } from '../../names/index.js';
import { portNumber } from './port-number.js';
import { collect, linesOf, parseUint, ProblemList, wordsOf, type Line, type Parsed } from './source.js';

type Local = Pick<ListeningSocket, 'family' | 'ip' | 'dualStack' | 'bothTaken' | 'port' | 'dev'>;

const HEADER =
  /^(?:Netid\s|Proto\s|Active (?:Internet|UNIX)|State\s+Recv-Q|\(?(?:Not all processes|No info could be read)| ?will not be shown|unix\s+\d|Failed to find cgroup2 mount)/;

function splitAddress(text: string): { host: string; port: string; dev: string | undefined } {
  const colon = text.lastIndexOf(':');
  const [host = '', dev] = text.slice(0, Math.max(colon, 0)).split('%');
  return { host: host.replace(/^\[|\](?=%|$)/g, ''), port: text.slice(colon + 1), dev: dev?.replace(/\]$/, '') };
}

function known(text: string): Ip | undefined {
  if (text === 'localhost') return parseIp('127.0.0.1');
  if (text === 'ip6-localhost' || text === 'ip6-loopback') return parseIp('::1');
  return parseIp(text);
}

function addressOf(host: string): { ip?: Ip } | undefined {
  const ip = known(host);
  if (ip === undefined) return undefined;
  return ip === 0 || ip === 0n ? {} : { ip };
}

/**
 * Reads a local address.
 * @param v6 whether `::` stands for a socket that takes IPv4 as well; ss writes `*` for such a one (inet_addr_print).
 */
function localOf(text: string, v6: 'ss' | 'netstat'): Local | string {
  const { host, port: portText, dev } = splitAddress(text);
  const port = portNumber(portText);
  if (port === undefined) return `unknown port "${portText}": take the listing with -n`;
  const device = dev === undefined ? {} : { dev };
  if (host === '*') return { family: 6, dualStack: true, port, ...device };
  const address = addressOf(host);
  if (address === undefined) return `unknown address "${host}": take the listing with -n`;
  const family = address.ip === undefined ? (host.includes(':') ? 6 : 4) : familyOf(address.ip);
  const taken = v6 === 'netstat' && host === '::';
  return { family, ...address, dualStack: taken, ...(taken && { bothTaken: true as const }), port, ...device };
}

type Users = Pick<ListeningSocket, 'process' | 'pid' | 'sharedBy' | 'uids'>;

/** `users:(("sshd",pid=7,fd=3),…)`, also where a page's edge cut it. */
function usersOf(text: string): Users {
  const process = /\(\("([^"]*)/.exec(text)?.[1];
  const [pid, ...others] = [...new Set([...text.matchAll(/",pid=(\d+)/g)].map(([, number]) => Number(number)))];
  return {
    ...(process !== undefined && { process }),
    ...(pid !== undefined && { pid }),
    ...(others.length > 0 && { sharedBy: new Set(others) }),
    ...openerOf(text),
  };
}

/** ` uid:1000 ino:7 sk:1` of `ss -e`, which leaves root out (sock_details_print); a process may bear any name, so only what follows them counts. */
function openerOf(text: string): Pick<ListeningSocket, 'uids'> {
  const details = /(?: uid:(\d{1,10}))? ino:\d+ sk:[0-9a-f]+/.exec(text.slice(Math.max(text.lastIndexOf('",pid='), 0)));
  return details === null ? {} : { uids: [Number(details[1] ?? 0)] };
}

function ssLine(line: Line, problems: ProblemList): ListeningSocket | undefined {
  // `ss -m`, `-i` and `-e` go on in a second line
  if (/^[ \t]/.test(line.text)) return undefined;
  const words = withNetid(wordsOf(line.text));
  const [netid, state, , , local = ''] = words;
  if (netid !== 'tcp' && netid !== 'udp') return void unreadable(line, problems, netid);
  if (state !== 'LISTEN' && state !== 'UNCONN') return undefined;
  return socketOf(netid, localOf(local, 'ss'), usersOf(line.text), line, problems);
}

/** `ss -t` and `ss -u` leave the first column out: the state tells (ss.c, sock_state_print). */
function withNetid(words: readonly string[]): readonly string[] {
  const state = words[0] ?? '';
  if (state === 'UNCONN') return ['udp', ...words];
  return /^(?:LISTEN|ESTAB|TIME-WAIT|CLOSE-WAIT|SYN-SENT|SYN-RECV|FIN-WAIT-[12]|LAST-ACK|CLOSING)$/.test(state) ? ['tcp', ...words] : words;
}

/** Sockets of other kinds (raw, sctp …) take no TCP or UDP flow. */
function unreadable(line: Line, problems: ProblemList, netid: string | undefined): void {
  if (netid !== undefined && /^(?:raw6?|udplite6?|sctp|dccp|mptcp|nl|u_str|u_dgr|u_seq|p_raw|p_dgr|v_str|xdp|icmp6|\?\?\?)$/.test(netid))
    return;
  problems.add(line.number, line.text, 'not a line of ss -tulpn or netstat -tulpn');
}

function netstatLine(line: Line, problems: ProblemList): ListeningSocket | undefined {
  const found = /^(tcp|udp)(6?)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)(?:\s(.*))?$/.exec(line.text.trim());
  if (found === null) return void unreadable(line, problems, wordsOf(line.text)[0]);
  const [, proto, six, , , localText = '', foreign = '', rawTail = ''] = found;
  const tail = rawTail.trimStart();
  const isListen = /^LISTEN(?:ING)?\b/.test(tail);
  if (proto === 'tcp' && !isListen) return undefined;
  // a UDP socket that is connected takes no first packet
  if (proto === 'udp' && !/:\*$/.test(foreign)) return undefined;
  const rest = isListen ? tail.slice('LISTEN'.length).trim() : tail.replace(/^-\s+/, '');
  // `-o` puts a timer behind, `-e` user and inode before
  const [untimed = ''] = rest.split(/\s(?:off|on|keepalive|timewait) \(/, 1);
  const owner = /^(?:(\S+)\s+\d+\s+)?(?:-|(\d+)\/(.*))?$/.exec(untimed.trim());
  const [, user = '', pid, program = ''] = owner ?? [];
  const uid = user === 'root' ? 0 : /^\d{1,10}$/.test(user) ? Number(user) : undefined;
  const users: Users = {
    ...(pid !== undefined && { pid: Number(pid), process: program.split(':')[0]!.trim() }),
    ...(uid !== undefined && { uids: [uid] }),
  };
  return socketOf(proto === 'tcp' ? 'tcp' : 'udp', netstatLocal(localText, six === '6'), users, line, problems);
}

/** busybox writes `:::80` under `tcp`; `tcp6 localhost:domain` means ::1. */
function netstatLocal(text: string, six: boolean): Local | string {
  const resolved = six ? text.replace(/^localhost:/, 'ip6-localhost:') : text;
  return localOf(six ? resolved.replace(/^\*:/, ':::') : resolved.replace(/^\*:/, '0.0.0.0:'), 'netstat');
}

function socketOf(
  proto: 'tcp' | 'udp',
  local: Local | string,
  users: Users,
  line: Line,
  problems: ProblemList,
): ListeningSocket | undefined {
  if (typeof local === 'string') return void problems.add(line.number, line.text, local);
  if (local.dev !== undefined) problems.name(DEVICE, local.dev, line.number, line.text);
  return { proto, ...local, ...users, origin: problems.at(line.number) };
}

/**
 * Sockets that share a port (SO_REUSEPORT) are as one to whoever asks for it: the first stands for all that are listed alike, whichever of a
 * program's processes they are of.
 */
function eachOnce(sockets: readonly ListeningSocket[]): readonly ListeningSocket[] {
  const known = new Map<string, { readonly socket: ListeningSocket; readonly sharedBy: Set<number> }>();
  for (const socket of sockets) {
    const { proto, family, ip, dualStack, port, dev, process, pid, uids } = socket;
    const key = [proto, family, String(ip), dualStack, port, dev, process, pid === undefined, uids].join('\n');
    const first = known.get(key);
    if (first === undefined) known.set(key, { socket, sharedBy: new Set(socket.sharedBy) });
    else
      for (const other of [pid, ...(socket.sharedBy ?? [])])
        if (other !== undefined && other !== first.socket.pid) first.sharedBy.add(other);
  }
  return [...known.values()].map(({ socket, sharedBy }) => (sharedBy.size === 0 ? socket : { ...socket, sharedBy }));
}

function parseSockets(
  text: string,
  file: string,
  read: (line: Line, problems: ProblemList) => ListeningSocket | undefined,
): Parsed<readonly ListeningSocket[]> {
  const problems = new ProblemList(file);
  const data = collect(linesOf(text), (line) => (HEADER.test(line.text) ? undefined : read(line, problems)));
  return { data: eachOnce(data), problems: problems.list };
}

/** Reads `ss -tulpn`, with or without its head line, also where it names services. */
export function parseSs(text: string, file: string): Parsed<readonly ListeningSocket[]> {
  return parseSockets(text, file, ssLine);
}

/**
 * Reads `netstat -tulpn`. It does not tell a v6-only socket (`:::80`) from one that takes IPv4 as well; the latter is
 * taken, being the default (`net.ipv6.bindv6only = 0`).
 */
export function parseNetstat(text: string, file: string): Parsed<readonly ListeningSocket[]> {
  return parseSockets(text, file, netstatLine);
}

/** @returns whether a listing is netstat's. */
export function looksLikeNetstat(text: string): boolean {
  return /^(?:Active Internet|Proto\s)/m.test(text) || (/^(?:tcp|udp)6?\s+\d/m.test(text) && parseUint(wordsOf(text)[1]) !== undefined);
}
