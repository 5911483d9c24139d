import type { Ip } from '../../address/ip.js';
import { PROTO, type Packet } from '../../model/packet.js';
import type { KnownBytes } from '../../netfilter/index.js';

function put(out: KnownBytes, offset: number, size: number, value: number | bigint): void {
  let rest = BigInt(value);
  for (let i = offset + size - 1; i >= offset; i--, rest >>= 8n) {
    if (i >= out.bytes.length) continue;
    out.bytes[i] = Number(rest & 0xffn);
    out.known[i] = 1;
  }
}

const putIp = (out: KnownBytes, offset: number, ip: Ip): void => put(out, offset, typeof ip === 'number' ? 4 : 16, ip);

function putNetworkHeader(out: KnownBytes, packet: Packet): number {
  if (packet.family === 4) {
    put(out, 0, 1, 0x45);
    put(out, 1, 1, packet.tos);
    put(out, 2, 2, packet.length);
    put(out, 8, 1, packet.ttl);
    put(out, 9, 1, packet.proto);
    putIp(out, 12, packet.src);
    putIp(out, 16, packet.dst);
    return 20;
  }
  put(out, 0, 1, 0x60 | (packet.tos >> 4));
  put(out, 4, 2, packet.length - 40);
  put(out, 6, 1, packet.proto);
  put(out, 7, 1, packet.ttl);
  putIp(out, 8, packet.src);
  putIp(out, 24, packet.dst);
  return 40;
}

/**
 * The packet's bytes from its network header on (RFC 791, 8200, 9293, 768, 792), for matches that look into them.
 * What the snapshot does not tell (ids, checksums, sequence numbers, TCP options) is marked as not known.
 */
export function knownBytes(packet: Packet): KnownBytes {
  const out: KnownBytes = { bytes: new Uint8Array(packet.length), known: new Uint8Array(packet.length) };
  const l4 = putNetworkHeader(out, packet);
  switch (packet.proto) {
    case PROTO.TCP:
      put(out, l4, 2, packet.sport);
      put(out, l4 + 2, 2, packet.dport);
      put(out, l4 + 12, 1, ((packet.length - l4 - packet.payload.length) / 4) << 4);
      put(out, l4 + 13, 1, packet.tcpFlags);
      break;
    case PROTO.UDP:
      put(out, l4, 2, packet.sport);
      put(out, l4 + 2, 2, packet.dport);
      put(out, l4 + 4, 2, packet.length - l4);
      break;
    case PROTO.ICMP:
    case PROTO.ICMPV6:
      put(out, l4, 1, packet.icmpType);
      put(out, l4 + 1, 1, packet.icmpCode);
      break;
  }
  return out;
}
