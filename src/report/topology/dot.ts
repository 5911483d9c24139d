import type { Topology } from '../../model/topology.js';
import { escapeTerminal } from '../escape.js';
import { attachmentText, groundLines, namespaceTitle, segmentFacts, uplinkText } from './words.js';

/** @returns a quoted string of the DOT language; `\n` parts its lines. */
function quoted(...lines: readonly string[]): string {
  const safe = lines.filter((line) => line !== '').map((line) => escapeTerminal(line).replace(/["\\]/g, '\\$&'));
  return `"${safe.join('\\n')}"`;
}

/** @returns a graph for Graphviz: `dot -Tsvg`. */
export function renderTopologyDot(topology: Topology): string {
  const node = (id: string, text: readonly string[], shape: string): string =>
    `  ${quoted(id)} [label=${quoted(...text)}, shape=${shape}];`;
  const edge = (from: string, to: string, text = ''): string =>
    `  ${quoted(from)} -- ${quoted(to)}${text === '' ? '' : ` [label=${quoted(text)}]`};`;
  const lines = ['graph topology {', '  rankdir=LR;', '  node [fontname="sans-serif"];', '  edge [fontname="sans-serif", fontsize=10];'];
  lines.push(
    node('outside', ['outside'], 'ellipse'),
    node('host', [topology.host, ...topology.hostContainers.map((c) => `host network: ${c}`)], 'box'),
  );
  for (const uplink of topology.uplinks)
    lines.push(
      node(`uplink ${uplink.name}`, [uplinkText(uplink)], 'box'),
      edge('outside', `uplink ${uplink.name}`),
      edge(`uplink ${uplink.name}`, 'host'),
    );
  for (const segment of topology.segments) {
    lines.push(node(`segment ${segment.id}`, [segment.name, segmentFacts(segment).join(', ')], 'hexagon'));
    if (segment.kind === 'bridge') lines.push(edge('host', `segment ${segment.id}`, segment.hostAddresses.join(' ')));
    for (const port of segment.loose)
      lines.push(node(`loose ${port}`, [port, 'not in the snapshot'], 'plaintext'), edge(`segment ${segment.id}`, `loose ${port}`));
    for (const uplink of segment.uplinks) lines.push(edge(`uplink ${uplink}`, `segment ${segment.id}`));
  }
  for (const namespace of topology.namespaces) {
    lines.push(node(`netns ${namespace.name}`, [namespaceTitle(namespace), ...namespace.published], 'box'));
    for (const a of namespace.attachments) lines.push(edge(`segment ${a.segment}`, `netns ${namespace.name}`, attachmentText(a)));
  }
  const grounds = groundLines(topology);
  if (grounds.length > 0) lines.push(node('not known', ['not known', ...grounds], 'note'));
  return `${[...lines, '}'].join('\n')}\n`;
}
