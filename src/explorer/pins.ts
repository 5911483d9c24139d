import type { Finding, FindingObject } from '../model/audit.js';
import { SEVERITIES } from '../core.js';
import { HOST_NETNS } from '../model/netns.js';
import type { Topology } from '../model/topology.js';

/** What was found at one place of the map, the worst first. */
export interface Pin {
  /** The place: as `drawTopologyMap` names it, or the name of a container in the host's own network. */
  readonly at: string;
  readonly findings: readonly Finding[];
}

/** Where a container is drawn. */
function placeOf({ namespaces, hostContainers }: Topology, container: string): string | undefined {
  const netns = namespaces.find(({ containers }) => containers.includes(container));
  if (netns !== undefined) return `netns ${netns.name}`;
  return hostContainers.includes(container) ? container : undefined;
}

function interfacePlace({ uplinks, segments }: Topology, name: string): string | undefined {
  if (uplinks.some((uplink) => uplink.name === name)) return `uplink ${name}`;
  return segments.find((segment) => segment.name === name)?.id;
}

/** Where an object of a finding is drawn: what has no place of its own is the host's. */
function placeOfObject(topology: Topology, { kind, name, container }: FindingObject): string {
  const own = placeOf(topology, container ?? (kind === 'container' ? (name.split(' ')[0] ?? name) : ''));
  if (own !== undefined) return own;
  if (kind === 'network') return topology.segments.find(({ network }) => network === name)?.id ?? HOST_NETNS;
  return (kind === 'interface' ? interfacePlace(topology, name) : undefined) ?? HOST_NETNS;
}

/** @returns the findings at each place of the map that has some. */
export function pinsOf(topology: Topology, findings: readonly Finding[]): readonly Pin[] {
  const places = new Map<string, Set<Finding>>();
  for (const finding of findings)
    for (const object of finding.objects) {
      const at = placeOfObject(topology, object);
      places.set(at, (places.get(at) ?? new Set()).add(finding));
    }
  const rank = ({ severity }: Finding): number => SEVERITIES.indexOf(severity);
  return [...places].map(([at, found]) => ({ at, findings: [...found].sort((a, b) => rank(a) - rank(b)) }));
}
