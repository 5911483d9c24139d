import type { NetnsName } from '../../model/netns.js';
import type { FlowProto, Trace } from '../../model/trace.js';
import type { Sighting } from '../../model/sighting.js';
import { canonical } from '../names.js';

/** One capture to take: where, with which filter, into which file. */
export interface PlannedCapture {
  readonly netns: NetnsName;
  readonly iface: string;
  /** As tcpdump and libpcap read it (pcap-filter(7)). */
  readonly filter: string;
  readonly file: string;
}

/** Bytes kept of each packet: all headers, and enough of what they carry to tell one from another. */
export const SNAPLEN = 256;

/**
 * The captures that show a flow at every interface that it is predicted to cross, each with the addresses that it has there.
 * @param sport the client's port, where the question named it; any port otherwise.
 */
export function planCaptures(trace: Trace, sport?: number): readonly PlannedCapture[] {
  const places = new Map<string, Sighting[]>();
  for (const sighting of trace.packets) {
    const key = `${sighting.netns} ${sighting.iface}`;
    places.set(key, [...(places.get(key) ?? []), sighting]);
  }
  const anyone = trace.flow.from === 'internet' ? trace.flow.src : undefined;
  return [...places.values()].map((sightings): PlannedCapture => {
    const { netns, iface } = sightings[0]!;
    return { netns, iface, filter: filterFor(sightings, trace.flow.proto, sport, anyone), file: `${safe(netns)}.${safe(iface)}.pcap` };
  });
}

/** Both directions of each pair of ends, and the errors about them, whose quoted ports no filter reads. */
function filterFor(sightings: readonly Sighting[], proto: FlowProto, sport: number | undefined, anyone: string | undefined): string {
  const v6 = sightings.some((sighting) => sighting.src.includes(':'));
  const pairs = new Set(sightings.map((sighting) => pairFilter(sighting, proto, v6, sport, anyone)));
  const errors = v6 ? '(icmp6 and ip6[40] < 128)' : '(icmp[icmptype] == icmp-unreach)';
  return [...pairs, errors].join(' or ');
}

function pairFilter(sighting: Sighting, proto: FlowProto, v6: boolean, sport: number | undefined, anyone: string | undefined): string {
  const { reply } = sighting;
  const [client, server] = reply ? [sighting.dst, sighting.src] : [sighting.src, sighting.dst];
  const [clientPort, serverPort] = reply ? [sighting.dport, sighting.sport] : [sighting.sport, sighting.dport];
  const parts = [proto === 'icmp' ? (v6 ? 'icmp6' : 'icmp') : proto];
  // one host, not two, where an address is its own peer: loopback
  for (const ip of new Set([client, server])) if (ip !== anyone) parts.push(`host ${canonical(ip)}`);
  if (serverPort !== undefined) parts.push(`port ${serverPort}`);
  // where NAT picks another port, it may pick any of a range
  if (sport !== undefined && clientPort === sport) parts.push(`port ${sport}`);
  return `(${parts.join(' and ')})`;
}

function safe(name: string): string {
  return name.replace(/[^\w.-]/g, '_').replace(/^\.+/, '_');
}
