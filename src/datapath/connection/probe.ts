import { familyOf, type Ip } from '../../address/ip.js';
import { PROTO, TCP_FLAG, type Packet } from '../../model/packet.js';
import type { FlowProto } from '../../model/trace.js';

/** One side's view of a connection, as its socket knows it. */
export interface SocketEnds {
  readonly src: Ip;
  readonly sport: number;
  readonly dst: Ip;
  readonly dport: number;
}

const NO_BYTES = new Uint8Array(0);
const ONE_BYTE = new Uint8Array([0x78]);
const NO_DETAILS: Details = {};

/** Lengths of the probes on the wire: a Linux SYN carries 20 bytes of options, later segments 12, the datagram one byte, the echo 56. */
const LENGTH = { tcp: 40, later: 32, udp: 9, icmp: 64 } as const;

interface Details {
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly tcpFlags?: number;
  readonly tos?: number;
  readonly payload?: Uint8Array;
}

function base(from: SocketEnds, proto: number, length: number, details = NO_DETAILS): Packet {
  const family = familyOf(from.dst);
  return {
    family,
    proto,
    src: from.src,
    dst: from.dst,
    sport: from.sport,
    dport: from.dport,
    icmpType: details.icmpType ?? -1,
    icmpCode: details.icmpCode ?? -1,
    tcpFlags: details.tcpFlags ?? 0,
    mark: 0,
    ttl: 64,
    tos: details.tos ?? 0,
    length: (family === 4 ? 20 : 40) + length,
    payload: details.payload ?? NO_BYTES,
    srcMac: undefined,
    dstMac: undefined,
    pkttype: 'host',
  };
}

const icmpOf = (ip: Ip): number => (typeof ip === 'number' ? PROTO.ICMP : PROTO.ICMPV6);

/** @returns the first packet of a connection: a SYN, a datagram of one byte, or an echo request. */
export function firstPacket(proto: FlowProto, from: SocketEnds): Packet {
  switch (proto) {
    case 'tcp':
      return base(from, PROTO.TCP, LENGTH.tcp, { tcpFlags: TCP_FLAG.SYN });
    case 'udp':
      return base(from, PROTO.UDP, LENGTH.udp, { payload: ONE_BYTE });
    case 'icmp':
      return base(from, icmpOf(from.dst), LENGTH.icmp, { icmpType: typeof from.dst === 'number' ? 8 : 128, icmpCode: 0 });
  }
}

/** @returns the segment by which a client takes the SYN-ACK. */
export function acknowledgement(from: SocketEnds): Packet {
  return base(from, PROTO.TCP, LENGTH.later, { tcpFlags: TCP_FLAG.ACK });
}

/**
 * @returns what answers it, addressed as the receiver saw it: SYN-ACK, a datagram, an echo reply; to a later segment, one with the shortest
 * data that there is.
 */
export function answerPacket(received: Packet): Packet {
  const back = { src: received.dst, sport: received.dport, dst: received.src, dport: received.sport };
  switch (received.proto) {
    case PROTO.TCP:
      return (received.tcpFlags & TCP_FLAG.SYN) !== 0
        ? base(back, PROTO.TCP, LENGTH.tcp, { tcpFlags: TCP_FLAG.SYN | TCP_FLAG.ACK })
        : base(back, PROTO.TCP, LENGTH.later + 1, { tcpFlags: TCP_FLAG.PSH | TCP_FLAG.ACK, payload: ONE_BYTE });
    case PROTO.ICMP:
      return base(back, PROTO.ICMP, LENGTH.icmp, { icmpType: 0, icmpCode: 0, tos: received.tos });
    case PROTO.ICMPV6:
      return base(back, PROTO.ICMPV6, LENGTH.icmp, { icmpType: 129, icmpCode: 0 });
    default:
      return base(back, received.proto, LENGTH.udp);
  }
}

/** @returns the reset that refuses a TCP segment. */
export function resetPacket(received: Packet): Packet {
  const back = { src: received.dst, sport: received.dport, dst: received.src, dport: received.sport };
  return base(back, PROTO.TCP, 20, { tcpFlags: TCP_FLAG.RST | TCP_FLAG.ACK });
}

/** @returns an ICMP error from `src` to the sender of a packet. */
export function errorPacket(received: Packet, src: Ip, type: number, code: number): Packet {
  const quoted = received.family === 4 ? 28 : Math.min(received.length, 1232);
  const back = { src, sport: 0, dst: received.src, dport: 0 };
  const tos = received.family === 4 ? (received.tos & 0x1e) | 0xc0 : 0;
  return base(back, icmpOf(src), 8 + quoted, { icmpType: type, icmpCode: code, tos });
}

const LAST_PORT = 65_535;
/** The first port that needs no privilege. */
const FIRST_FREE = 1024;

/** @returns the port that stands for the one a proxy's own connection is sent from: which one it gets is not told before. */
export function proxySourcePort(port: number): number {
  return port === LAST_PORT ? FIRST_FREE : port + 1;
}
