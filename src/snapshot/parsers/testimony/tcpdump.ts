import type { Testimony } from '../../../model/testimony.js';
import { viewOf, type Told } from './fields.js';

/** Of cooked captures of old the link's address stands in front; `-e` and `-v` put more between. */
const LINE =
  /^(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d{1,9} (?:(\S{1,15}) +)??(?:(In|Out|B|M|P) +)?(?:[0-9a-f:]{17} )?(?:IP(6?) (?:\([^)]{1,200}\) ?)?|ethertype IPv([46]) \(0x[0-9a-f]{4}\), length \d{1,9}: )(\S+) > (\S+): (.*)$/;

/** `192.168.0.2.443`, `2001:db8::1.443`: an address, and a port behind the last dot. */
function endOf(text: string, six: boolean, ports: boolean): { readonly ip: string; readonly port?: string } {
  if (!ports) return { ip: text };
  const at = text.lastIndexOf('.');
  if (at < 0 || (!six && text.split('.').length !== 5)) return { ip: text };
  return { ip: text.slice(0, at), port: text.slice(at + 1) };
}

/**
 * `02:26:53.599218 eno1  In  IP 192.0.2.6.65340 > 192.0.2.9.5005: Flags [S], …`
 * @param listening the interface that tcpdump said it listens on.
 */
export function tcpdumpLine(text: string, listening: string | undefined): Told<Testimony> | undefined {
  const [, named, way, ip, ethertype, from, to, rest = ''] = LINE.exec(text) ?? [];
  if (from === undefined || to === undefined) return undefined;
  const echo = /^ICMP6?,? echo re(?:quest|ply)/.test(rest);
  // an error of ICMP is another's answer: its ends are not the flow's
  if (!echo && /^ICMP/.test(rest)) return undefined;
  const six = ip === '6' || ethertype === '6';
  const [a, b] = [endOf(from, six, !echo), endOf(to, six, !echo)];
  const packet = viewOf(a.ip, b.ip, a.port, b.port);
  if (packet === undefined || (!echo && packet.dport === undefined)) return undefined;
  const iface = named ?? listening;
  const dir = way === undefined ? undefined : way === 'Out' ? 'out' : 'in';
  return {
    kind: 'seen',
    proto: echo ? 'icmp' : rest.startsWith('Flags [') ? 'tcp' : 'udp',
    packet,
    ...(iface === undefined ? {} : { iface }),
    ...(dir === undefined ? {} : { dir }),
  };
}

/** `listening on docker0, link-type EN10MB …`; nothing of `any`, where each line names its interface. */
export function listeningOn(text: string): string | undefined {
  const dev = /^(?:tcpdump: )?listening on ([^\s,]{1,15}),/.exec(text)?.[1];
  return dev === 'any' ? undefined : dev;
}
