import { PROTO, TCP } from '../decode/packet.js';
import type { DecodedPacket } from '../decode/packet.js';
import { finish, hashBytes, mix } from './hash.js';

const KIND_OF_PRINT = { syn: 1, rst: 2, fin: 3, data: 4 } as const;

/**
 * What stays the same of a packet while addresses and ports are rewritten: TCP sequence numbers, a datagram's payload, an echo's sequence number
 * and payload.
 * @returns 0 where nothing tells this packet from the next: a bare acknowledgement.
 */
export function fingerprint(packet: DecodedPacket): number {
  const { protocol, bytes, payloadAt, payloadLength, end } = packet;
  if (protocol === PROTO.tcp) return tcpPrint(packet.flags, packet.seq, packet.ack, payloadLength);
  const hash = hashBytes(bytes, payloadAt, end, payloadLength);
  if (protocol === PROTO.udp) return nonZero(hash);
  if (protocol === PROTO.icmp || protocol === PROTO.icmpv6) return nonZero(finish(mix(mix(hash, packet.echoSeq), packet.icmpType)));
  return nonZero(finish(mix(hash, packet.ipId)));
}

/** The same of a TCP packet by what its header says. */
export function tcpPrint(flags: number, seq: number, ack: number, payloadLength: number): number {
  if (flags & TCP.syn) return nonZero(finish(mix(seq, KIND_OF_PRINT.syn)));
  // a reset that refuses a connection has sequence number 0: what it acknowledges identifies it
  if (flags & TCP.rst) return nonZero(finish(mix(mix(seq, ack), KIND_OF_PRINT.rst)));
  if (payloadLength > 0) return nonZero(finish(mix(mix(seq, payloadLength), KIND_OF_PRINT.data)));
  if (flags & TCP.fin) return nonZero(finish(mix(seq, KIND_OF_PRINT.fin)));
  return 0;
}

function nonZero(hash: number): number {
  return hash === 0 ? 1 : hash;
}
