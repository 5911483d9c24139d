import { PROTO } from './packet.js';

export * as PLAIN from '../numbers/plain.js';

const ETHERNET = 14;
const IP_HEADER = 20;
const TCP_NEEDED = 14;
/** Version 4 and a header of five words, which is one without options. */
const PLAIN_IPV4 = 0x45;
const ETHERTYPE_IPV4 = 0x0800;
/** More fragments, and a fragment's offset. */
const FRAGMENT = 0x3fff;

/**
 * What most packets are: TCP in IPv4 without options, whole, in an untagged Ethernet frame. Such a packet has its fields at fixed places.
 * @param at where the frame begins; @param end where its captured bytes end.
 * @returns the length of the TCP payload on the wire, or -1 where it is another packet, which `decodePacket` takes.
 */
export function plainTcpLength(view: DataView, at: number, end: number): number {
  if (end - at < ETHERNET + IP_HEADER + TCP_NEEDED) return -1;
  if (view.getUint16(at + 12) !== ETHERTYPE_IPV4 || view.getUint8(at + 14) !== PLAIN_IPV4 || view.getUint8(at + 23) !== PROTO.tcp)
    return -1;
  if ((view.getUint16(at + 20) & FRAGMENT) !== 0) return -1;
  const length = view.getUint16(at + 16) - IP_HEADER;
  const header = (view.getUint8(at + 46) >> 4) * 4;
  // a total length too small for its headers is offload's 0, or damage; and the captured bytes must not be padding
  if (header < 20 || length < header) return -1;
  return length - header;
}
