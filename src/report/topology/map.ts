import type { Topology } from '../../model/topology.js';
import { escapeHtml } from '../escape.js';
import { boxesOf, type Cell } from './boxes.js';
import { arrange } from './layout.js';
import type { PlacedBox, PlacedJoin } from './placed.js';
import { drawCells, drawHead, drawJoin } from './svg.js';

/** The drawing of a topology for a page that answers questions: each part bears what it stands for, and what a question would name. */
export interface TopologyMap {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** SVG elements without the `svg` around them, and without a style: the page has its own. */
  readonly body: string;
}

function attributes(given: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(given)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escapeHtml(value)}"`))
    .join('');
}

/** What a question calls a box: machines outside are `internet`, whatever they come in by. */
function askedAs(id: string): string | undefined {
  if (id === 'host') return 'host';
  return id === 'outside' ? 'internet' : undefined;
}

function cellGroup(cell: Cell, drawn: readonly string[]): string {
  const node = cell.netns === undefined ? undefined : `netns ${cell.netns}`;
  return `<g${attributes({ class: 'place', 'data-node': node, 'data-ask': cell.container })}>${drawn.join('')}</g>`;
}

function boxGroup(placed: PlacedBox): string {
  const { id, cells } = placed.box;
  const within = cells.flatMap(({ netns }) => (netns === undefined ? [] : [`netns ${netns}`]));
  const head = `<g${attributes({ class: 'place', 'data-node': id, 'data-ask': askedAs(id), 'data-within': JSON.stringify(within) })}>`;
  return [head, ...drawHead(placed), '</g>', ...drawCells(placed).map(({ cell, drawn }) => cellGroup(cell, drawn))].join('');
}

function joinGroup(placed: PlacedJoin): string {
  const { from, to } = placed.join;
  return `<g${attributes({ class: 'way', 'data-from': from, 'data-to': to })}>${drawJoin(placed).join('')}</g>`;
}

/** @returns the topology, drawn to be lit and clicked. */
export function drawTopologyMap(topology: Topology): TopologyMap {
  const drawing = arrange((stretch) => boxesOf(topology, stretch, 'published'), { withDoors: false });
  return {
    width: Math.ceil(drawing.width),
    height: Math.ceil(drawing.height),
    body: [...drawing.joins.map(joinGroup), ...drawing.boxes.map(boxGroup)].join('\n'),
  };
}
