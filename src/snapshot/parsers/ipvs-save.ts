import { parseIp, type Ip } from '../../address/ip.js';
import type { RealServer, VirtualServer } from '../../model/virtual-server.js';
import { LINK_KIND } from '../../names/index.js';
import { linesOf, parseUint, ProblemList, unlessRefused, wordsOf, type Line, type Parsed } from './source.js';

type Takes = VirtualServer['takes'];

interface Draft extends VirtualServer {
  readonly servers: RealServer[];
}

const PROTOS: ReadonlyMap<string, 'tcp' | 'udp' | 'sctp'> = new Map([
  ['-t', 'tcp'],
  ['-u', 'udp'],
  ['--sctp-service', 'sctp'],
]);
const HOW: ReadonlyMap<string, RealServer['how']> = new Map([
  ['-m', 'nat'],
  ['-g', 'route'],
  ['-i', 'tunnel'],
]);

/** `10.0.0.1:80`, `[fd00::1]:80`; a service of all ports has port 0. */
function endpointOf(word = ''): { readonly ip: Ip; readonly port: number } | undefined {
  const cut = word.lastIndexOf(':');
  const ip = parseIp(word.slice(0, cut).replace(/^\[(.*)\]$/, '$1'));
  const port = parseUint(word.slice(cut + 1));
  return cut < 0 || ip === undefined || port === undefined || port > 65_535 ? undefined : { ip, port };
}

function takesOf(words: readonly string[]): Takes | undefined {
  const [, option = '', value] = words;
  const mark = option === '-f' ? parseUint(value) : undefined;
  if (mark !== undefined) return mark <= 0xffffffff ? { by: 'mark', mark } : undefined;
  const proto = PROTOS.get(option);
  const at = endpointOf(value);
  return proto === undefined || at === undefined ? undefined : { by: 'address', proto, ...at };
}

function keyOf(takes: Takes): string {
  return takes.by === 'mark' ? `f ${takes.mark}` : `${takes.proto} ${takes.ip} ${takes.port}`;
}

/** Reads `ipvsadm -Sn`: `-A` makes a virtual server, `-a` adds a real one to it (ipvsadm.c, print_service_entry). */
export function parseIpvsSave(text: string, file: string): Parsed<readonly VirtualServer[]> {
  const problems = new ProblemList(file);
  const made = new Map<string, Draft>();
  for (const line of linesOf(text)) unlessRefused(() => readLine(line, made, problems));
  return { data: [...made.values()], problems: problems.list };
}

function readLine({ text, number }: Line, made: Map<string, Draft>, problems: ProblemList): void {
  const words = wordsOf(text);
  if (words[0]?.startsWith('#') === true) return;
  const takes = takesOf(words);
  if (takes === undefined || (words[0] !== '-A' && words[0] !== '-a')) return problems.add(number, text, 'not a line of ipvsadm -Sn');
  const key = keyOf(takes);
  if (words[0] === '-A') {
    const scheduler = words[words.indexOf('-s') + 1] ?? '';
    problems.name(LINK_KIND, scheduler, number, text);
    if (made.has(key)) return problems.add(number, text, 'this virtual server is made twice');
    made.set(key, { takes, scheduler, servers: [], origin: problems.at(number) });
    return;
  }
  const server = endpointOf(words[words.indexOf('-r') + 1]);
  const how = words.flatMap((word) => HOW.get(word) ?? [])[0] ?? 'route';
  const service = made.get(key);
  if (service === undefined || server === undefined) problems.add(number, text, 'adds to a virtual server that no line before made');
  else service.servers.push({ ...server, how });
}
