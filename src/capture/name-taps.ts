import type { Host, Netns } from '../model/host.js';
import { isHostNetns } from '../model/netns.js';
import { decodePacket } from './decode/link.js';
import { DecodedPacket, WAY } from './decode/packet.js';
import { macNumber, parseMac } from './flows/taps.js';
import type { MacRule, Tap, TapNaming } from './flows/taps.js';
import type { PacketBatch } from './read/batch.js';
import type { CaptureSpec } from './spec.js';

const ANY = 'any';

/** @returns a file's own name, without the folders before it. */
const basename = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/**
 * Finds out where a file's packets were captured: as the user says, else by the interface names of pcapng, the interface indexes of cooked captures
 * and Ethernet addresses, else by a file name such as `host.docker0.pcap`.
 * @param first the file's first packets, which are looked at and left as they are.
 * @param host without it, only what the file itself says is known.
 */
export function nameTaps(given: CaptureSpec, first: PacketBatch, host: Host | undefined): TapNaming {
  const sample = host ? sampleOf(first) : NO_SAMPLE;
  const told = host && given.netns === undefined ? tellNetns(host, first, sample) : undefined;
  const spec = (host && given.netns === undefined && told === undefined ? fromFileName(given, host) : undefined) ?? given;
  const netns = spec.netns ?? told ?? basename(spec.path);
  const known = host?.netns.get(netns);
  return {
    tapFor: (index, ifindex) => ({ netns, iface: ifaceOf(spec, first, known, sample, index, ifindex), file: spec.path }),
    rule: (tap) => (host && known ? macRule(host, known, tap) : undefined),
  };
}

/** @returns what a name such as `web.eth0.pcap`, `docker0.pcap` or `web.pcap` says, where the snapshot holds such a place. */
function fromFileName(spec: CaptureSpec, host: Host): CaptureSpec | undefined {
  const name = basename(spec.path).replace(/\.(?:pcap|pcapng|cap)(?:\.gz)?$/i, '');
  for (const { name: netns, interfaces } of host.netns.values()) {
    for (const iface of interfaces)
      if (name === `${netns}.${iface.name}` || (isHostNetns(netns) && name === iface.name)) return { ...spec, netns, iface: iface.name };
    if (name === netns || name === `${netns}.any`) return { ...spec, netns, iface: ANY };
  }
  return undefined;
}

interface Sample {
  /** Interface indexes of a cooked capture, with the addresses that sent from them. */
  readonly indexes: ReadonlyMap<number, ReadonlySet<number>>;
  /** How many Ethernet frames each address is in, as sender or receiver. */
  readonly macs: ReadonlyMap<number, number>;
  readonly frames: number;
}

/** What no packet was looked at for: without a host it would tell nothing. */
const NO_SAMPLE: Sample = { indexes: new Map(), macs: new Map(), frames: 0 };

function sampleOf(batch: PacketBatch): Sample {
  const packet = new DecodedPacket();
  packet.bytes = batch.bytes;
  const indexes = new Map<number, Set<number>>();
  const macs = new Map<number, number>();
  let frames = 0;
  for (let i = 0; i < batch.count; i++) {
    const at = batch.at[i]!;
    decodePacket(packet, batch.interfaces[batch.iface[i]!]!.linktype, at, at + batch.captured[i]!);
    if (packet.ifindex !== 0) {
      const senders = indexes.get(packet.ifindex) ?? new Set<number>();
      if (packet.way === WAY.out && packet.srcMacAt >= 0) senders.add(macNumber(packet.bytes, packet.srcMacAt));
      indexes.set(packet.ifindex, senders);
    } else if (packet.dstMacAt >= 0 && packet.vni < 0) {
      frames++;
      for (const mac of new Set([macNumber(packet.bytes, packet.srcMacAt), macNumber(packet.bytes, packet.dstMacAt)]))
        macs.set(mac, (macs.get(mac) ?? 0) + 1);
    }
  }
  return { indexes, macs, frames };
}

/** @returns the namespace whose interfaces fit best, or none where nothing fits or two fit alike. */
function tellNetns(host: Host, batch: PacketBatch, sample: Sample): string | undefined {
  const scores = [...host.netns.values()].map((netns) => ({ name: netns.name, score: fit(netns, batch, sample) }));
  scores.sort((a, b) => b.score - a.score);
  const [best, second] = scores;
  return best && best.score > 0 && best.score > (second?.score ?? 0) ? best.name : undefined;
}

function fit(netns: Netns, batch: PacketBatch, { indexes, macs, frames }: Sample): number {
  let score = 0;
  for (const { name, mac } of batch.interfaces) {
    if (mac !== undefined && netns.interfaces.some((i) => i.mac === mac)) score += 4;
    if (name !== undefined && name !== ANY && netns.interfaces.some((i) => i.name === name)) score += 2;
  }
  for (const [index, senders] of indexes) {
    const iface = netns.interfaces.find((i) => i.index === index);
    const own = iface?.mac === undefined ? undefined : parseMac(iface.mac);
    score += iface === undefined ? -4 : 1;
    if (own !== undefined && senders.has(own)) score += 3;
  }
  if (frames > 0 && netns.interfaces.some((i) => i.mac !== undefined && macs.get(parseMac(i.mac) ?? -1) === frames)) score += 3;
  return score;
}

function ifaceOf(spec: CaptureSpec, batch: PacketBatch, netns: Netns | undefined, sample: Sample, index: number, ifindex: number): string {
  if (ifindex !== 0) return netns?.interfaces.find((i) => i.index === ifindex)?.name ?? `if${ifindex}`;
  if (spec.iface !== undefined && spec.iface !== ANY) return spec.iface;
  const described = batch.interfaces[index];
  if (described?.name !== undefined && described.name !== ANY) return described.name;
  if (described?.mac !== undefined) return netns?.interfaces.find((i) => i.mac === described.mac)?.name ?? '';
  const inAll = netns?.interfaces.filter((i) => i.mac !== undefined && sample.macs.get(parseMac(i.mac) ?? -1) === sample.frames);
  return sample.frames > 0 && inAll?.length === 1 ? inAll[0]!.name : '';
}

/** @returns how Ethernet addresses tell the direction at an interface. */
function macRule(host: Host, netns: Netns, tap: Tap): MacRule | undefined {
  const iface = netns.interfaces.find((i) => i.name === tap.iface);
  const own = iface?.mac === undefined ? undefined : parseMac(iface.mac);
  if (iface === undefined || own === undefined) return undefined;
  if (iface.detail.kind === 'bridge') return { own: new Set([own]), far: new Set(), rest: 'by-destination' };
  if (iface.master === undefined) return { own: new Set([own]), far: new Set(), rest: 'in' };
  const far = new Set<number>();
  for (const entry of netns.fdb) if (entry.dev === iface.name && entry.state !== 'permanent') addMac(far, entry.mac);
  for (const other of host.netns.values())
    for (const peer of other.interfaces)
      if (other !== netns && peer.index === iface.linkIndex && peer.linkIndex === iface.index && peer.mac !== undefined)
        addMac(far, peer.mac);
  return far.size > 0 ? { own: new Set(), far, rest: 'out' } : undefined;
}

function addMac(set: Set<number>, text: string): void {
  const mac = parseMac(text);
  if (mac !== undefined) set.add(mac);
}
