import type { Topology } from '../../model/topology.js';
import { escapeMermaid } from '../trace/mermaid.js';
import { attachmentText, groundLines, namespaceTitle, segmentFacts, uplinkText } from './words.js';

/** @returns a quoted Mermaid label of several lines. */
function label(...lines: readonly string[]): string {
  return `"${lines
    .filter((line) => line !== '')
    .map(escapeMermaid)
    .join('<br>')}"`;
}

/** @returns a Mermaid flow chart, as GitHub draws it. */
export function renderTopologyMermaid(topology: Topology): string {
  const ids = new Map<string, string>();
  const idOf = (kind: string, name: string): string => {
    const key = `${kind} ${name}`;
    const known = ids.get(key) ?? `${kind}${ids.size}`;
    ids.set(key, known);
    return known;
  };
  const lines = [
    'flowchart LR',
    '  outside(("outside"))',
    `  host[${label(topology.host, ...topology.hostContainers.map((c) => `host network: ${c}`))}]`,
  ];
  for (const uplink of topology.uplinks) {
    const id = idOf('uplink', uplink.name);
    lines.push(`  ${id}[${label(uplinkText(uplink))}]`, `  outside --- ${id}`, `  ${id} --- host`);
  }
  for (const segment of topology.segments) {
    const id = idOf('segment', segment.id);
    lines.push(`  ${id}{{${label(segment.name, segmentFacts(segment).join(', '))}}}`);
    if (segment.kind === 'bridge') lines.push(`  host ---|${label(...segment.hostAddresses)}| ${id}`.replace('|""| ', ''));
    for (const port of segment.loose) lines.push(`  ${id} -.- ${idOf('loose', port)}[${label(port, 'not in the snapshot')}]`);
    for (const uplink of segment.uplinks) lines.push(`  ${idOf('uplink', uplink)} --- ${id}`);
  }
  for (const namespace of topology.namespaces) {
    const id = idOf('namespace', namespace.name);
    lines.push(`  ${id}[${label(namespaceTitle(namespace), ...namespace.published)}]`);
    for (const a of namespace.attachments) lines.push(`  ${idOf('segment', a.segment)} ---|${label(attachmentText(a))}| ${id}`);
  }
  const grounds = groundLines(topology);
  if (grounds.length > 0) lines.push(`  unknown0>${label('not known', ...grounds)}]`);
  return `${lines.join('\n')}\n`;
}
