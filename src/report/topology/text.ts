import type { Topology, TopologyNamespace } from '../../model/topology.js';
import { escapeTerminal } from '../escape.js';
import { hostGroundTexts } from '../unread.js';
import { attachmentText, namespaceTitle, segmentFacts, uplinkText } from './words.js';

/** A line and what hangs below it. */
interface Branch {
  readonly text: string;
  readonly below: readonly Branch[];
}

const leaf = (text: string): Branch => ({ text, below: [] });

function drawn(branches: readonly Branch[], indent: string): string[] {
  return branches.flatMap(({ text, below }, at) => {
    const last = at === branches.length - 1;
    return [`${indent}${last ? '└─ ' : '├─ '}${escapeTerminal(text)}`, ...drawn(below, `${indent}${last ? '   ' : '│  '}`)];
  });
}

function member(namespace: TopologyNamespace, segment: string): Branch {
  const cables = namespace.attachments.filter((a) => a.segment === segment);
  const others = new Set(namespace.attachments.map((a) => a.segment)).size - 1;
  const how = cables.map((a) => `${attachmentText(a)}${a.hostEnd === undefined ? '' : `, by ${a.hostEnd}`}`).join('; ');
  const more = others > 0 ? `, also on ${others} other network${others === 1 ? '' : 's'}` : '';
  return { text: `${namespaceTitle(namespace)}: ${how}${more}`, below: namespace.published.map((p) => leaf(`published ${p}`)) };
}

/** @returns a tree: the host, its uplinks and segments, and on each the namespaces. */
export function renderTopologyText(topology: Topology): string {
  const branches: Branch[] = [
    ...topology.uplinks.map((uplink) => leaf(uplinkText(uplink))),
    ...(topology.hostContainers.length === 0 ? [] : [leaf(`in the host's own namespace: ${topology.hostContainers.join(', ')}`)]),
    ...topology.segments.map((segment): Branch => {
      const facts = [
        ...segmentFacts(segment),
        ...segment.hostAddresses.map((a) => `the host is ${a}`),
        ...segment.uplinks.map((u) => `out by ${u}`),
      ];
      return {
        text: [segment.name, ...facts].join(', '),
        below: [
          ...topology.namespaces.filter((n) => n.attachments.some((a) => a.segment === segment.id)).map((n) => member(n, segment.id)),
          ...segment.loose.map((port) => leaf(`${port}: leads to a namespace that is not in the snapshot`)),
        ],
      };
    }),
    ...(topology.stopped.length === 0 ? [] : [leaf(`not running: ${topology.stopped.join(', ')}`)]),
  ];
  const grounds = hostGroundTexts(topology).map(escapeTerminal);
  return `${[escapeTerminal(topology.host), ...drawn(branches, ''), ...grounds].join('\n')}\n`;
}
