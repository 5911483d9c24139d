import type { Testimony } from '../../../model/testimony.js';
import { protoName, viewOf, type Told } from './fields.js';

/** The words behind `IN=`; an ICMP error quotes the packet that it is about between brackets, of which nothing is taken. */
function fieldsOf(text: string): ReadonlyMap<string, string> {
  const own = text.split('[', 1)[0] ?? '';
  const pairs = own.split(/\s+/).map((word) => word.split('=', 2));
  // of two fields of one name (ID of IP and of ICMP) the first is the packet's
  return new Map(pairs.reverse().map(([name = '', value = '']) => [name, value]));
}

/** What the words of nf_log_syslog.c and xtables-monitor tell of a packet. */
export function packetIn(text: string): Pick<Told<Testimony>, 'proto' | 'packet'> | undefined {
  const fields = fieldsOf(text);
  const get = (...names: readonly string[]): string | undefined => names.map((name) => fields.get(name)).find((one) => one !== undefined);
  const packet = viewOf(get('SRC'), get('DST'), get('SPT', 'SPORT'), get('DPT', 'DPORT'));
  if (packet === undefined) return undefined;
  // xtables-monitor leaves the protocol out: of those with ports, TCP's flags tell
  const named = get('PROTO');
  const flags = /\s(?:SYN|ACK|FIN|RST|PSH|URG)(?:\s|$)/.test(text);
  const proto = named ?? (packet.dport === undefined ? (fields.has('TYPE') ? 'icmp' : '') : flags ? 'tcp' : 'udp');
  return { proto: protoName(proto), packet };
}

/** `IPv4: martian source 172.17.0.2 from 10.10.99.50, on dev eno2`: destination, then source. */
export function martianLine(text: string): Told<Testimony> | undefined {
  const [, dst, src, dev] = /\bmartian source (\S{1,45}) from ([^\s,]{1,45}), on dev (\S{1,15})/.exec(text) ?? [];
  const packet = viewOf(src, dst);
  return packet === undefined || dev === undefined ? undefined : { kind: 'martian', proto: '', packet, in: dev };
}

/** `[UFW BLOCK] IN=eth0 OUT= MAC=… SRC=… DST=… PROTO=TCP SPT=1 DPT=2`, `TRACE: nat:DOCKER:rule:2 IN=…`. */
export function logLine(text: string): Told<Testimony> | undefined {
  // of xtables-monitor's the next line tells the rule
  const at = /^\s*PACKET: /.test(text) ? -1 : text.search(/\bIN=\S{0,15} OUT=/);
  const told = at < 0 ? undefined : packetIn(text.slice(at));
  if (told === undefined) return undefined;
  const before = text.slice(0, at);
  const [, table, chain = '', what, number] = /TRACE: (\w+):([^\s:]+):(rule|return|policy):(\d+) ?$/.exec(before) ?? [];
  if (table !== undefined) return what === 'rule' ? { kind: 'rule', ...told, rule: { table, chain, number: Number(number) } } : undefined;
  const [, inward = '', outward = ''] = /^IN=(\S*) OUT=(\S*)/.exec(text.slice(at)) ?? [];
  return { kind: 'log', ...told, before, ...(inward === '' ? {} : { in: inward }), ...(outward === '' ? {} : { out: outward }) };
}
