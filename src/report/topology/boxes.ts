import type { NetnsName } from '../../model/netns.js';
import type { Segment, Topology, TopologyNamespace } from '../../model/topology.js';
import { attachmentText, companies, namespaceTitle, segmentFacts } from './words.js';

/** A line of text in a box; `quiet` ones are grey, `open` ones name what is published. */
export interface BoxLine {
  readonly text: string;
  readonly tone: 'title' | 'plain' | 'quiet' | 'open';
}

/** What stands in a box, and the namespace that it stands for, where it does. */
export interface Cell {
  readonly lines: readonly BoxLine[];
  /** Absent for cables whose other end is not listed. */
  readonly netns?: NetnsName;
  /** A container of it, by which questions name it. */
  readonly container?: string;
}

/** A rectangle with a head of lines, and cells in a grid below it. */
export interface Box {
  readonly id: string;
  readonly look: 'outside' | 'uplink' | 'host' | 'segment' | 'internal' | 'down' | 'company';
  readonly head: readonly BoxLine[];
  readonly cells: readonly Cell[];
  readonly columns: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly headHeight: number;
  readonly width: number;
  readonly height: number;
}

export interface Join {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** Ports that are published to the outside, rather than a cable or a bridge. */
  readonly isDoor?: true;
}

/** How wide grids of cells are, against their height. */
export type Stretch = 1 | 1.5 | 3 | 6;

export const METRICS = { line: 17, char: 7.3, pad: 10, gap: 8, longest: 46 } as const;

const line = (text: string, tone: BoxLine['tone'] = 'plain'): BoxLine => ({ text, tone });

/** @returns a text short enough for a box; the whole of it is shown when pointed at. */
export function clipped(text: string): string {
  return text.length > METRICS.longest ? `${text.slice(0, METRICS.longest - 1)}…` : text;
}

function widthOf(lines: readonly BoxLine[]): number {
  return Math.max(0, ...lines.map((l) => clipped(l.text).length)) * METRICS.char + 2 * METRICS.pad;
}

/** Columns that make a grid so much wider than high. */
function columnsFor(count: number, cellWidth: number, cellHeight: number, stretch: Stretch): number {
  return Math.max(1, Math.min(count, Math.round(Math.sqrt((count * stretch * cellHeight) / cellWidth))));
}

function box(id: string, look: Box['look'], head: readonly BoxLine[], cells: readonly Cell[] = [], stretch: Stretch = 1.5): Box {
  const { line: height, pad, gap } = METRICS;
  const cellWidth = Math.max(0, ...cells.map(({ lines }) => widthOf(lines)));
  const cellHeight = Math.max(0, ...cells.map((cell) => cell.lines.length * height + pad));
  const columns = cells.length === 0 ? 0 : columnsFor(cells.length, cellWidth, cellHeight, stretch);
  const rows = columns === 0 ? 0 : Math.ceil(cells.length / columns);
  const headHeight = head.length * height + 2 * pad;
  return {
    id,
    look,
    head,
    cells,
    columns,
    cellWidth,
    cellHeight,
    headHeight,
    width: Math.max(widthOf(head), columns * (cellWidth + gap) + gap + 4),
    height: headHeight + rows * (cellHeight + gap) + (rows > 0 ? 4 : 0),
  };
}

/** People know a network by its name, not by its device. */
const segmentTitle = ({ network, name }: Segment): string => network ?? name;

function cellOf(topology: Topology, namespace: TopologyNamespace, several: boolean, word: DoorWord): Cell {
  const titleOf = (id: string): string => {
    const segment = topology.segments.find((s) => s.id === id);
    return segment === undefined ? id : segmentTitle(segment);
  };
  const lines = [
    line(namespaceTitle(namespace), 'title'),
    ...namespace.attachments.flatMap((a) => [
      ...[several ? `${attachmentText(a)} on ${titleOf(a.segment)}`.trim() : attachmentText(a)]
        .filter((text) => text !== '')
        .map((text) => line(text)),
      ...(a.hostEnd === undefined ? [] : [line(a.hostEnd, 'quiet')]),
    ]),
    ...namespace.published.map((p) => line(`${word} ${p}`, isFromOutside(p) ? 'open' : 'quiet')),
  ];
  const [container] = namespace.containers;
  return { lines, netns: namespace.name, ...(container === undefined ? {} : { container }) };
}

function looseCell(port: string): Cell {
  return { lines: [line(port, 'quiet'), line('to a namespace that is not listed', 'quiet')] };
}

/** Ports of the loopback addresses are published to the host alone. */
function isFromOutside(published: string): boolean {
  return !/^(?:127\.|\[::1\]:)/.test(published);
}

/** @returns `8080` of `8080 → 80/tcp`, `5353/udp` of `5353 → 53/udp`. */
function askedPort(published: string): string {
  const [asked = published] = published.split(' ');
  return published.endsWith('/tcp') ? asked : asked + published.slice(published.lastIndexOf('/'));
}

/** So many ports are named on a line from outside; more are counted. */
const NAMED_PORTS = 3;

function portsOf(namespaces: readonly TopologyNamespace[]): readonly string[] {
  return namespaces.flatMap(({ published }) => published.filter(isFromOutside).map(askedPort));
}

/** @returns the line from outside to a box by these ports; none where there are none. */
export function doorTo(id: string, asked: readonly string[]): readonly Join[] {
  const ports = [...new Set(asked)];
  if (ports.length === 0) return [];
  const label = ports.length > NAMED_PORTS ? `${ports.length} ports` : ports.join(', ');
  return [{ from: 'outside', to: id, label, isDoor: true }];
}

/** What is drawn: boxes, the joins between them, and how published ports lead into them from outside. */
export interface Parts {
  readonly boxes: readonly Box[];
  readonly joins: readonly Join[];
  readonly doors: readonly Join[];
}

function segmentHead(segment: Segment): readonly BoxLine[] {
  const { network, ...device } = segment;
  const facts = segmentFacts(device);
  return [
    line(segmentTitle(segment), 'title'),
    ...(network === undefined ? facts : [device.name, ...facts]).map((fact) => line(fact, 'quiet')),
  ];
}

/** What is said of ports that lead in from outside: that Docker publishes them, or that packets were found to get through. */
export type DoorWord = 'published' | 'reached';

/** @returns what is drawn. */
export function boxesOf(topology: Topology, stretch: Stretch, word: DoorWord): Parts {
  const groups = companies(topology);
  const boxes: Box[] = [box('outside', 'outside', [line('outside', 'title')])];
  const joins: Join[] = [];
  const doors: Join[] = [];
  const hosted = topology.hostContainers.map((name): Cell => {
    return { lines: [line(name, 'title'), line('host network', 'quiet')], container: name };
  });
  boxes.push(box('host', 'host', [line(topology.host, 'title'), line("the host's own namespace", 'quiet')], hosted));
  for (const uplink of topology.uplinks) {
    const facts = [...(uplink.defaultRoute ? ['default route'] : []), ...(uplink.up ? [] : ['down'])];
    const head = [line(uplink.name, 'title'), ...uplink.addresses.map((a) => line(a)), ...facts.map((fact) => line(fact, 'quiet'))];
    boxes.push(box(`uplink ${uplink.name}`, uplink.up ? 'uplink' : 'down', head));
    joins.push({ from: 'outside', to: `uplink ${uplink.name}`, label: '' }, { from: `uplink ${uplink.name}`, to: 'host', label: '' });
  }
  for (const segment of topology.segments) {
    const own = groups.find((g) => g.segments.length === 1 && g.segments[0] === segment.id)?.namespaces ?? [];
    const look = !segment.up ? 'down' : segment.internal ? 'internal' : 'segment';
    const cells = [...own.map((n) => cellOf(topology, n, false, word)), ...segment.loose.map(looseCell)];
    boxes.push(box(segment.id, look, segmentHead(segment), cells, stretch));
    if (segment.kind === 'bridge') joins.push({ from: 'host', to: segment.id, label: segment.hostAddresses.join(' ') });
    for (const uplink of segment.uplinks) joins.push({ from: `uplink ${uplink}`, to: segment.id, label: '' });
    doors.push(...doorTo(segment.id, portsOf(own)));
  }
  for (const group of groups.filter((g) => g.segments.length > 1)) {
    const id = `company ${group.segments.join(' ')}`;
    const cells = group.namespaces.map((n) => cellOf(topology, n, true, word));
    boxes.push(box(id, 'company', [line('on several networks', 'title')], cells, stretch));
    for (const segment of group.segments) joins.push({ from: segment, to: id, label: '' });
    doors.push(...doorTo(id, portsOf(group.namespaces)));
  }
  return { boxes, joins, doors };
}
