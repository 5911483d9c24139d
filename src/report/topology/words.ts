import { hostGroundTexts } from '../unread.js';
import type { Attachment, Segment, Topology, TopologyNamespace, Uplink } from '../../model/topology.js';

/** @returns what is to be said of a segment beside its name. */
export function segmentFacts(segment: Segment): string[] {
  const kind = segment.kind === 'bridge' || segment.kind === 'overlay' ? segment.kind : '';
  return [
    kind,
    segment.network === undefined ? '' : `network ${segment.network}`,
    segment.subnets.join(' '),
    segment.internal ? 'internal' : '',
    segment.up ? '' : 'down',
  ].filter((fact) => fact !== '');
}

/** @returns `web`, `web + side`. */
export function namespaceTitle({ name, containers }: TopologyNamespace): string {
  return containers.length === 0 ? name : containers.join(' + ');
}

/** @returns `eth0 172.17.0.2/16`. */
export function attachmentText({ iface, addresses, up }: Attachment): string {
  return [iface, ...addresses, up ? '' : '(down)'].filter((word) => word !== '').join(' ');
}

/** @returns `eth0 198.51.100.10/24, default route`. */
export function uplinkText({ name, addresses, defaultRoute, up }: Uplink): string {
  return [[name, ...addresses].join(' '), defaultRoute ? 'default route' : '', up ? '' : 'down'].filter((word) => word !== '').join(', ');
}

/** Namespaces that are on the very same segments. */
export interface Company {
  readonly segments: readonly string[];
  readonly namespaces: readonly TopologyNamespace[];
}

/** @returns the namespaces, together where they are on the same segments. */
export function companies(topology: Topology): readonly Company[] {
  const groups = new Map<string, { readonly segments: readonly string[]; readonly namespaces: TopologyNamespace[] }>();
  for (const namespace of topology.namespaces) {
    const segments = [...new Set(namespace.attachments.map((a) => a.segment))].sort();
    const key = segments.join('\n');
    const group = groups.get(key) ?? { segments, namespaces: [] };
    group.namespaces.push(namespace);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** @returns text in lines of so many characters or fewer, parted between words. */
function wrapped(text: string, most: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= most) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** @returns what a drawing does not rest on, in lines of so many characters or fewer where words allow; unescaped. */
export function groundLines(topology: Topology, most = 100): readonly string[] {
  return hostGroundTexts(topology).flatMap((text) => wrapped(text, most));
}
