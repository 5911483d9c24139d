import { isHostNetns } from '../../model/netns.js';
import type { Topology } from '../../model/topology.js';
import type { Step, Trace } from '../../model/trace.js';

/** Steps at which the host's own stack looks at a packet, rather than a bridge of its. */
const OWN: ReadonlySet<Step['kind']> = new Set<Step['kind']>(['send', 'route', 'table', 'nat', 'deliver', 'proxy']);

function segmentsAt({ segments, namespaces }: Topology, { netns, iface }: Trace['packets'][number]): readonly string[] {
  if (!isHostNetns(netns))
    return namespaces
      .filter(({ name }) => name === netns)
      .flatMap(({ attachments }) => attachments.filter((one) => one.iface === iface).map(({ segment }) => segment));
  const own = segments.filter(({ kind, name }) => kind === 'bridge' && name === iface).map(({ id }) => id);
  const ends = namespaces.flatMap(({ attachments }) =>
    attachments.filter(({ hostEnd }) => hostEnd === iface).map(({ segment }) => segment),
  );
  return [...own, ...ends];
}

/** @returns the parts of a topology's drawing that a packet and its answer were at, by the names that `drawTopologyMap` gives them. */
export function nodesOnPath(topology: Topology, { packets, steps }: Pick<Trace, 'packets' | 'steps'>): ReadonlySet<string> {
  const nodes = new Set<string>();
  for (const packet of packets) {
    const uplink = isHostNetns(packet.netns) && topology.uplinks.some(({ name }) => name === packet.iface);
    if (uplink) nodes.add(`uplink ${packet.iface}`).add('outside');
    if (!isHostNetns(packet.netns)) nodes.add(`netns ${packet.netns}`);
    for (const segment of segmentsAt(topology, packet)) nodes.add(segment);
  }
  for (const { netns, kind } of steps) if (OWN.has(kind)) nodes.add(isHostNetns(netns) ? 'host' : `netns ${netns}`);
  return nodes;
}
