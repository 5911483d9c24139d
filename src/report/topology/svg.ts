import type { Topology } from '../../model/topology.js';
import { escapeHtml } from '../escape.js';
import { boxesOf, clipped, METRICS, type BoxLine, type Cell } from './boxes.js';
import { layOut, type PlacedBox, type PlacedJoin, type Point } from './layout.js';
import { groundLines } from './words.js';

const STYLE = `
text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1f2328 }
.title { font-weight: bold } .quiet { fill: #656d76 } .open { fill: #1a7f37 }
.box { stroke: #57606a; stroke-width: 1.2; fill: #f6f8fa } .segment { fill: #ddf4ff; stroke: #0969da }
.internal { fill: #ddf4ff; stroke: #0969da; stroke-dasharray: 6 4 } .down { fill: #eaeef2; stroke: #8c959f; stroke-dasharray: 2 3 }
.company { fill: #fff8c5; stroke: #bf8700 } .cell { fill: #ffffff; stroke: #d0d7de }
.join { stroke: #57606a; stroke-width: 1.4; fill: none } .under { fill: #ffffff }`;

const LEGEND = 'blue: a bridge or other segment (dashed: internal); grey: down; yellow: on several networks; green: published ports';

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
  const path = points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join(' ');
  const line = `<path d="${path}" class="join"/>`;
  if (label === undefined) return [line];
  const width = join.label.length * METRICS.char + 8;
  const corner = { x: label.x - width / 2, y: label.y - METRICS.line / 2 };
  return [
    line,
    rect(corner, width, METRICS.line, 'under'),
    textAt({ x: corner.x + 4, y: corner.y + METRICS.line * 0.75 }, { text: join.label, tone: 'quiet' }),
  ];
}

/** A line below the drawing, however long. */
function footer(at: Point, text: string): string {
  return `<text x="${round(at.x)}" y="${round(at.y)}" class="quiet">${escapeHtml(text)}</text>`;
}

/** @returns the topology drawn as an SVG image that needs nothing else. */
export function renderTopologySvg(topology: Topology): string {
  const { boxes, joins } = boxesOf(topology);
  const drawing = layOut(boxes, joins);
  const width = Math.ceil(Math.max(drawing.width, LEGEND.length * METRICS.char + 40));
  const notes = [LEGEND, ...groundLines(topology, Math.floor((width - 40) / METRICS.char))];
  const top = Math.ceil(drawing.height + 18);
  const height = top + 12 + (notes.length - 1) * METRICS.line;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeHtml(`Network topology of ${topology.host}`)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...drawing.joins.flatMap(drawJoin),
    ...drawing.boxes.flatMap(drawBox),
    ...notes.map((text, index) => footer({ x: 20, y: top + index * METRICS.line }, text)),
    '</svg>',
    '',
  ].join('\n');
}
