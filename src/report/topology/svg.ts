import type { Topology } from '../../model/topology.js';
import { escapeHtml } from '../escape.js';
import { boxesOf, clipped, doorTo, METRICS, type BoxLine, type Cell, type DoorWord, type Parts, type Stretch } from './boxes.js';
import { arrange } from './layout.js';
import type { PlacedBox, PlacedJoin, Point } from './placed.js';
import { groundLines } from './words.js';

/** The style of drawings, for the image and for pages that hold one: light, and dark where the reader's system is. */
export const MAP_STYLE = `
.map { --ink: #1f2328; --dim: #59636e; --paper: #ffffff; --edge: #57606a; --box: #f6f8fa; --blue: #0969da; --sky: #ddf4ff; --off: #eaeef2; --many: #fff8c5; --gold: #bf8700; --line: #d0d7de; --door: #cf222e }
@media screen and (prefers-color-scheme: dark) { .map { --ink: #e6edf3; --dim: #9198a1; --paper: #0d1117; --edge: #9198a1; --box: #151b23; --blue: #4493f8; --sky: #10233b; --off: #212830; --many: #332600; --gold: #d29922; --line: #3d444d; --door: #ff7b72 } }
.map text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: var(--ink) }
.map .title { font-weight: bold } .map .quiet { fill: var(--dim) } .map .open { fill: var(--door); font-weight: bold }
.map .box { stroke: var(--edge); stroke-width: 1.2; fill: var(--box) } .map .segment { fill: var(--sky); stroke: var(--blue) }
.map .internal { fill: var(--sky); stroke: var(--blue); stroke-dasharray: 6 4 } .map .down { fill: var(--off); stroke: var(--dim); stroke-dasharray: 2 3 }
.map .company { fill: var(--many); stroke: var(--gold) } .map .cell { fill: var(--paper); stroke: var(--line) }
.map .join { stroke: var(--edge); stroke-width: 1.4; fill: none } .map .door { stroke: var(--door); stroke-width: 1.8 } .map .tip { fill: var(--door) }
.map .paper, .map .under { fill: var(--paper) }`;

const LEGEND =
  'blue: a bridge or other segment (dashed: internal); grey: down; yellow: on several networks; red: ports published to the outside';

const round = (value: number): string => String(Math.round(value * 10) / 10);

function textAt(at: Point, { text, tone }: BoxLine): string {
  const shown = clipped(text);
  const whole = shown === text ? '' : `<title>${escapeHtml(text)}</title>`;
  return `<text x="${round(at.x)}" y="${round(at.y)}"${tone === 'plain' ? '' : ` class="${tone}"`}>${escapeHtml(shown)}${whole}</text>`;
}

function linesAt(at: Point, lines: readonly BoxLine[]): string[] {
  return lines.map((one, index) => textAt({ x: at.x, y: at.y + (index + 0.8) * METRICS.line }, one));
}

function rect(at: Point, width: number, height: number, name: string): string {
  return `<rect x="${round(at.x)}" y="${round(at.y)}" width="${round(width)}" height="${round(height)}" rx="6" class="${name}"/>`;
}

/** @returns each cell of a box, drawn. */
export function drawCells({ box, at }: PlacedBox): readonly { readonly cell: Cell; readonly drawn: readonly string[] }[] {
  const { gap, pad } = METRICS;
  return box.cells.map((cell, index) => {
    const x = at.x + gap + (index % box.columns) * (box.cellWidth + gap);
    const y = at.y + box.headHeight + Math.floor(index / box.columns) * (box.cellHeight + gap);
    const drawn = [rect({ x, y }, box.cellWidth, box.cellHeight, 'cell'), ...linesAt({ x: x + pad, y: y + pad / 2 }, cell.lines)];
    return { cell, drawn };
  });
}

/** @returns a box and what is written at its head, without its cells. */
export function drawHead({ box, at }: PlacedBox): readonly string[] {
  return [rect(at, box.width, box.height, `box ${box.look}`), ...linesAt({ x: at.x + METRICS.pad, y: at.y + METRICS.pad }, box.head)];
}

function drawBox(placed: PlacedBox): string[] {
  return ['<g>', ...drawHead(placed), ...drawCells(placed).flatMap(({ drawn }) => drawn), '</g>'];
}

/** @returns a line between two boxes, with what is written on it. */
export function drawJoin({ join, points, label }: PlacedJoin): string[] {
  const isDoor = join.isDoor === true;
  const path = points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join(' ');
  const line = `<path d="${path}" class="join${isDoor ? ' door" marker-end="url(#tip)' : ''}"/>`;
  if (label === undefined) return [line];
  const width = join.label.length * METRICS.char + 8;
  const corner = { x: label.x - width / 2, y: label.y - METRICS.line / 2 };
  return [
    line,
    rect(corner, width, METRICS.line, 'under'),
    textAt({ x: corner.x + 4, y: corner.y + METRICS.line * 0.75 }, { text: join.label, tone: isDoor ? 'open' : 'quiet' }),
  ];
}

/** A line below the drawing, however long. */
function footer(at: Point, text: string): string {
  return `<text x="${round(at.x)}" y="${round(at.y)}" class="quiet">${escapeHtml(text)}</text>`;
}

const TIP =
  '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" class="tip"/></marker></defs>';

/** What the lines from outside say. */
export interface DoorWords {
  readonly word: DoorWord;
  /** Ports of the host's own that outside machines reach: `22`. */
  readonly hostPorts?: readonly string[];
}

/** A topology as SVG elements, in pixels, for an image or a page with `MAP_STYLE`. */
export function drawTopology(
  topology: Topology,
  { word, hostPorts = [] }: DoorWords,
): { readonly width: number; readonly height: number; readonly body: readonly string[] } {
  const parts = (stretch: Stretch): Parts => {
    const { doors, ...rest } = boxesOf(topology, stretch, word);
    return { ...rest, doors: [...doorTo('host', hostPorts), ...doors] };
  };
  const drawing = arrange(parts, { withDoors: true });
  // doors come last among the lines: no other is drawn over them
  const lines = [...drawing.joins].sort((a, b) => Number(a.join.isDoor === true) - Number(b.join.isDoor === true));
  return {
    width: Math.ceil(drawing.width),
    height: Math.ceil(drawing.height),
    body: [TIP, ...lines.flatMap(drawJoin), ...drawing.boxes.flatMap(drawBox)],
  };
}

/** @returns the topology drawn as an SVG image that needs nothing else. */
export function renderTopologySvg(topology: Topology): string {
  const drawing = drawTopology(topology, { word: 'published' });
  const width = Math.ceil(Math.max(drawing.width, LEGEND.length * METRICS.char + 40));
  const notes = [LEGEND, ...groundLines(topology, Math.floor((width - 40) / METRICS.char))];
  const top = drawing.height + 18;
  const height = top + 12 + (notes.length - 1) * METRICS.line;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="map" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeHtml(`Network topology of ${topology.host}`)}</title>`,
    `<style>${MAP_STYLE}\n</style>`,
    `<rect width="${width}" height="${height}" class="paper"/>`,
    ...drawing.body,
    ...notes.map((text, index) => footer({ x: 20, y: top + index * METRICS.line }, text)),
    '</svg>',
    '',
  ].join('\n');
}
