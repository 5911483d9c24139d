import type { CaptureCounts } from '../../model/capture.js';
import { decodePacket } from '../decode/link.js';
import { decodeIp } from '../decode/ip.js';
import { DecodedPacket, KIND, PROTO, TCP } from '../decode/packet.js';
import { isEchoRequest, isIcmpControl } from '../decode/transport.js';
import type { PacketBatch } from '../read/batch.js';
import { AddressTable } from './address-table.js';
import { fingerprint } from './fingerprint.js';
import { FragmentTable } from './fragments.js';
import { COL, MARK, MOST_PRINTS, StrandTable, laneOf } from './strand-table.js';
import type { TapReader } from './taps.js';

/** Silence after which packets of the same ports are another conversation, in microseconds: conntrack's longest wait for UDP and ICMP. */
const IDLE = 180e6;
const TCP_FLAGS = 0x3f;

type Counting = { -readonly [Key in keyof CaptureCounts]: CaptureCounts[Key] };

/** Takes packets of any number of captures and keeps of them what tells flows: memory grows with the flows, not with the packets. */
export class FlowCollector {
  readonly strands = new StrandTable();
  readonly addresses = new AddressTable();
  readonly counts: Counting = { packets: 0, other: 0, malformed: 0, control: 0, strayFragments: 0, strayErrors: 0 };
  /** Second that times count from: that of the first packet. */
  epoch: number | undefined;
  private readonly packet = new DecodedPacket();
  private readonly quoted = new DecodedPacket();
  private readonly fragments = new FragmentTable();

  /** Adds a batch. @param reader tells which interface each packet was seen at. */
  add(batch: PacketBatch, reader: TapReader): void {
    const { packet, counts } = this;
    packet.bytes = batch.bytes;
    if (batch.count > 0) this.epoch ??= batch.seconds[0]!;
    const epoch = this.epoch ?? 0;
    counts.packets += batch.count;
    for (let i = 0; i < batch.count; i++) {
      const at = batch.at[i]!;
      const iface = batch.iface[i]!;
      decodePacket(packet, batch.interfaces[iface]!.linktype, at, at + batch.captured[i]!);
      if (packet.kind === KIND.other) counts.other++;
      else if (packet.kind === KIND.malformed) counts.malformed++;
      else this.take(packet, reader.tapOf(packet, iface), (batch.seconds[i]! - epoch) * 1e6 + batch.nanos[i]! / 1000, batch.original[i]!);
    }
  }

  private take(packet: DecodedPacket, tap: number, time: number, bytes: number): void {
    if (packet.quotedAt >= 0) return this.error(packet, tap);
    if (packet.fragmentOffset === 0 && isIcmpControl(packet.protocol, packet.icmpType)) {
      this.counts.control++;
      return;
    }
    const { addresses, strands } = this;
    const { protocol, family } = packet;
    const src = addresses.id(packet.bytes, packet.srcAt, family);
    const dst = addresses.id(packet.bytes, packet.dstAt, family);
    let ports = portsOf(packet);
    if (packet.fragmentOffset > 0) {
      const known = this.fragments.find(src, dst, protocol, packet.ipId);
      if (known === undefined) {
        this.counts.strayFragments++;
        return;
      }
      ports = known;
    } else if (packet.moreFragments) this.fragments.add(src, dst, protocol, packet.ipId, ports);
    const lane = laneOf(protocol, packet.way, tap);
    let id = strands.find(src, dst, ports, lane);
    if (id < 0 || this.begins(id, packet, time)) id = this.begin(src, dst, ports, lane, packet, time);
    strands.count1(id, time, bytes);
    if (packet.fragmentOffset > 0) return;
    if (protocol === PROTO.tcp) this.tcp(id, packet);
    if (strands.printCount(id) < MOST_PRINTS) {
      const print = fingerprint(packet);
      if (print !== 0) strands.addPrint(id, print);
    }
  }

  /** @returns whether a packet of known addresses and ports is the first of another connection. */
  private begins(id: number, packet: DecodedPacket, time: number): boolean {
    const { strands } = this;
    if (packet.protocol !== PROTO.tcp) return time - strands.last(id) > IDLE;
    if (!(packet.flags & TCP.syn)) return false;
    return !strands.has(id, MARK.syn) || strands.get(id, COL.seq) !== packet.seq;
  }

  private begin(src: number, dst: number, ports: number, lane: number, packet: DecodedPacket, time: number): number {
    const { strands } = this;
    const id = strands.add(src, dst, ports, lane, time);
    strands.set(id, COL.seq, packet.seq);
    strands.set(id, COL.ack, packet.ack);
    strands.set(id, COL.next, packet.seq);
    strands.set(id, COL.ipId, -1);
    if (packet.protocol === PROTO.tcp && packet.flags & TCP.syn)
      strands.set(id, COL.state, MARK.syn | (packet.flags & TCP.ack ? MARK.answer : 0));
    else if (packet.protocol === PROTO.tcp && packet.flags & TCP.rst && packet.seq === 0) strands.set(id, COL.state, MARK.refusal);
    const isIcmp = packet.protocol === PROTO.icmp || packet.protocol === PROTO.icmpv6;
    if (isIcmp && isEchoRequest(packet.protocol, packet.icmpType)) strands.set(id, COL.state, MARK.request);
    return id;
  }

  /** Follows sequence numbers. The same packet seen again at one interface bears the same IP identification; one sent again has another. */
  private tcp(id: number, { flags, seq, payloadLength, ipId }: DecodedPacket): void {
    const { strands } = this;
    const length = payloadLength + ((flags & TCP.syn) >> 1) + (flags & TCP.fin);
    strands.set(id, COL.state, strands.get(id, COL.state) | (flags & TCP_FLAGS) | (payloadLength > 0 ? MARK.data : 0));
    if (length === 0) return;
    const next = (seq + length) | 0;
    if (((next - strands.get(id, COL.next)) | 0) > 0) strands.set(id, COL.next, next);
    else if (ipId !== strands.get(id, COL.ipId)) strands.set(id, COL.retransmissions, strands.get(id, COL.retransmissions) + 1);
    strands.set(id, COL.ipId, ipId);
  }

  /** Notes an ICMP error at the strand of the packet that it quotes. */
  private error(packet: DecodedPacket, tap: number): void {
    const { quoted, strands, addresses } = this;
    quoted.bytes = packet.bytes;
    quoted.family = 0;
    quoted.kind = KIND.other;
    quoted.quotedAt = -1;
    quoted.vni = 0;
    decodeIp(quoted, packet.quotedAt, packet.end);
    const by = addresses.id(packet.bytes, packet.srcAt, packet.family);
    let found = -1;
    if (quoted.family !== 0) {
      const src = addresses.id(quoted.bytes, quoted.srcAt, quoted.family);
      const dst = addresses.id(quoted.bytes, quoted.dstAt, quoted.family);
      const ports = portsOf(quoted);
      for (let way = 0; way < 3 && found < 0; way++) found = strands.find(src, dst, ports, laneOf(quoted.protocol, way, tap));
    }
    if (found < 0) this.counts.strayErrors++;
    else if (!strands.errors.has(found)) strands.errors.set(found, { type: packet.icmpType, code: packet.icmpCode, by });
  }
}

/** Where ports have a port, an echo has its identifier at the client's end and this at the server's: it may have one address at both. */
const ECHO_SERVER = 8;

function portsOf(packet: DecodedPacket): number {
  const { protocol, echoId } = packet;
  if (protocol === PROTO.icmp || protocol === PROTO.icmpv6)
    return isEchoRequest(protocol, packet.icmpType) ? (echoId << 16) | ECHO_SERVER : (ECHO_SERVER << 16) | echoId;
  return (packet.sport << 16) | packet.dport;
}
