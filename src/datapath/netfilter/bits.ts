import type { Family, Ip } from '../../address/ip.js';
import type { Packet } from '../../model/packet.js';
import type { Term } from '../../netfilter/index.js';
import { hasFrame, type MatchContext } from './context.js';
import { ETHERTYPE } from './fields.js';
import { knownBytes } from './known-bytes.js';

interface Bytes {
  readonly bytes: Uint8Array;
  readonly known: Uint8Array;
}

function macBytes(mac: string | undefined, at: number, into: Bytes): void {
  if (mac === undefined) return;
  mac.split(':').forEach((byte, i) => {
    into.bytes[at + i] = Number.parseInt(byte, 16);
    into.known[at + i] = 1;
  });
}

/** Frames of the loopback device (loopback_setup: eth_header_ops, a device address of zeros). */
const NO_ADDRESSES = { srcMac: '00:00:00:00:00:00', dstMac: '00:00:00:00:00:00' };

/** The frame's own header (IEEE 802.3); nft_payload_copy_vlan puts the tag back where it stood. */
function frameHeader({ srcMac, dstMac }: Pick<Packet, 'srcMac' | 'dstMac'>, family: Family, vlan: number | undefined): Bytes {
  const length = vlan === undefined ? 14 : 18;
  const out = { bytes: new Uint8Array(length), known: new Uint8Array(length) };
  macBytes(dstMac, 0, out);
  macBytes(srcMac, 6, out);
  const put = (at: number, value: number): void => {
    out.bytes.set([value >> 8, value & 0xff], at);
    out.known.fill(1, at, at + 2);
  };
  if (vlan !== undefined) {
    put(12, ETHERTYPE.vlan);
    put(14, vlan);
  }
  put(length - 2, family === 4 ? ETHERTYPE.ipv4 : ETHERTYPE.ipv6);
  return out;
}

function slice({ bytes, known }: Bytes, from: number): Bytes {
  return { bytes: bytes.subarray(from), known: known.subarray(from) };
}

/** Fixed headers of the transports, for `ih` (nft_payload_inner_offset). */
const INNER: ReadonlyMap<number, number> = new Map([
  [17, 8],
  [6, 20],
]);

function baseOf(base: Extract<Term, { op: 'bits' }>['base'], context: MatchContext): Bytes | undefined {
  const { skb } = context;
  const { packet } = skb;
  if (base === 'll')
    return hasFrame(context) ? frameHeader(context.in === 'lo' ? NO_ADDRESSES : packet, packet.family, skb.vlan) : undefined;
  const all = knownBytes(packet);
  if (base === 'nh') return all;
  const l4 = packet.family === 4 ? 20 : 40;
  if (base === 'th') return slice(all, l4);
  const inner = INNER.get(packet.proto);
  return inner === undefined ? undefined : slice(all, l4 + inner);
}

/**
 * nft_payload_eval: bits of the packet as one number, most significant first.
 * @returns undefined where the packet is too short for them, 'unknown' where the snapshot does not tell one of them.
 */
export function bitsOf({ base, offset, length }: Extract<Term, { op: 'bits' }>, context: MatchContext): Ip | 'unknown' | undefined {
  const bytes = offset < 0 ? undefined : baseOf(base, context);
  const first = offset >> 3;
  const last = (offset + length - 1) >> 3;
  if (bytes === undefined || last >= bytes.bytes.length) return undefined;
  if (base !== 'll') context.ports?.refuse();
  let value = 0n;
  for (let i = first; i <= last; i++) {
    if (bytes.known[i] === 0) return 'unknown';
    value = (value << 8n) | BigInt(bytes.bytes[i]!);
  }
  const below = BigInt((last + 1) * 8 - offset - length);
  value = (value >> below) & ((1n << BigInt(length)) - 1n);
  return length <= 48 ? Number(value) : value;
}
