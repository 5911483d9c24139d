import { formatIp, type Ip } from '../../address/ip.js';
import type { Packet } from '../../model/packet.js';
import type { PacketView } from '../../model/sighting.js';

/** Texts kept; beyond that all are forgotten. */
const MOST_REMEMBERED = 10_000;

/** Addresses as text, each worked out once. */
export class IpTexts {
  private readonly known = new Map<Ip, string>();

  /** @returns the canonical text of an address. */
  of(ip: Ip): string {
    let text = this.known.get(ip);
    if (text === undefined) {
      text = formatIp(ip);
      if (this.known.size >= MOST_REMEMBERED) this.known.clear();
      this.known.set(ip, text);
    }
    return text;
  }
}

/** @returns a packet's addresses as text. */
export function viewOf(texts: IpTexts, packet: Packet): PacketView {
  const src = texts.of(packet.src);
  const dst = texts.of(packet.dst);
  return packet.icmpType >= 0 ? { src, dst } : { src, sport: packet.sport, dst, dport: packet.dport };
}

/** @returns a translation's effect for people: `172.17.0.2:80`. */
export function endpointText(ip: Ip, port: number, icmp: boolean): string {
  if (icmp) return formatIp(ip);
  return typeof ip === 'number' ? `${formatIp(ip)}:${port}` : `[${formatIp(ip)}]:${port}`;
}
