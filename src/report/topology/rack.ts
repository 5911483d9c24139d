import { METRICS, type Box, type Join } from './boxes.js';
import type { Drawing, PlacedBox, PlacedJoin, Point } from './placed.js';

const MARGIN = 20;
const GAP = 24;
/** Common lines run above all boxes: from outside, from uplinks, from the host. */
const BUS: Readonly<Record<string, number>> = { outside: 12, host: 28 };
const UPLINK_BUS = 20;
const TOP = 48;
/** A screen is so much wider than high. */
const SCREEN = 1.5;

const isLeft = ({ look, id }: Box): boolean => look === 'outside' || look === 'uplink' || look === 'host' || id.startsWith('uplink ');

/** @returns boxes one below the other; the next column's left edge. */
function stacked(boxes: readonly Box[], left: number, top: number): readonly PlacedBox[] {
  let y = top;
  return boxes.map((box) => {
    const placed = { box, at: { x: left, y } };
    y += box.height + GAP;
    return placed;
  });
}

const widest = (boxes: readonly Box[]): number => Math.max(0, ...boxes.map(({ width }) => width));
const heightOf = (boxes: readonly Box[]): number => boxes.reduce((sum, { height }) => sum + height + GAP, 0);

/** @returns boxes in so many columns that are about as high as each other, in the order in which they come. */
function columnsOf(boxes: readonly Box[], number: number): readonly (readonly Box[])[] {
  const columns: Box[][] = Array.from({ length: number }, () => []);
  const share = heightOf(boxes) / number;
  let filled = 0;
  for (const box of boxes) {
    const column = Math.min(number - 1, Math.floor((filled + (box.height + GAP) / 2) / share));
    columns[column]?.push(box);
    filled += box.height + GAP;
  }
  return columns.filter((column) => column.length > 0);
}

function bestColumns(boxes: readonly Box[], left: number, gutter: number): readonly (readonly Box[])[] {
  const off = (columns: readonly (readonly Box[])[]): number => {
    const width = left + columns.reduce((sum, column) => sum + gutter + widest(column), 0);
    return Math.abs(Math.log(width / Math.max(...columns.map(heightOf)) / SCREEN));
  };
  const tried = Array.from({ length: Math.min(boxes.length, 12) }, (_, index) => columnsOf(boxes, index + 1));
  return tried.reduce((a, b) => (off(b) < off(a) ? b : a), [boxes]);
}

/** So far below its upper edge a box is joined; each further line so much lower. */
const STUB = 18;

/** @returns lines that run above the boxes and down beside a column: where they end, from the top of the box on. */
function hung(join: Join, from: PlacedBox, to: PlacedBox, place: number, gutter: number): PlacedJoin {
  const bus = BUS[join.from] ?? UPLINK_BUS;
  const y = to.at.y + STUB + place * METRICS.line;
  const start = { x: from.at.x + from.box.width / 2 + (join.isDoor === true ? 6 : 0), y: from.at.y };
  const labelWidth = join.label.length * METRICS.char + 8;
  const trunk = to.at.x - gutter + GAP + (bus === BUS['outside'] ? 8 : 0);
  const points: readonly Point[] = [start, { x: start.x, y: bus }, { x: trunk, y: bus }, { x: trunk, y }, { x: to.at.x, y }];
  return { join, points, ...(join.label === '' ? {} : { label: { x: to.at.x - 14 - labelWidth / 2, y } }) };
}

function straight(join: Join, from: PlacedBox, to: PlacedBox): PlacedJoin {
  const y = (one: PlacedBox): number => one.at.y + one.box.height / 2;
  const [start, end] = [
    { x: from.at.x + from.box.width, y: y(from) },
    { x: to.at.x, y: y(to) },
  ];
  return { join, points: [start, end] };
}

/** @returns a line from outside to the host, above the uplinks between them. */
function dropped(join: Join, from: PlacedBox, to: PlacedBox): PlacedJoin {
  const bus = BUS['outside'] ?? 0;
  const [start, end] = [from.at.x + from.box.width / 2 + 6, to.at.x + STUB];
  const points = [
    { x: start, y: from.at.y },
    { x: start, y: bus },
    { x: end, y: bus },
    { x: end, y: to.at.y },
  ];
  return { join, points, label: { x: end - join.label.length * METRICS.char * 0.5 - 14, y: (bus + to.at.y) / 2 } };
}

/**
 * @returns a drawing of many segments: in columns that hang on common lines, one from outside, one from the host. Containers on several networks
 * say on which they are, and have no lines.
 */
export function racked(boxes: readonly Box[], joins: readonly Join[]): Drawing {
  const gutter = Math.max(0, ...joins.map(({ label }) => label.length)) * METRICS.char + 3 * GAP;
  const lefts = [
    boxes.filter(({ id }) => id === 'outside'),
    boxes.filter(({ id }) => id.startsWith('uplink ')),
    boxes.filter(({ look }) => look === 'host'),
  ];
  const placed: PlacedBox[] = [];
  let x = MARGIN;
  for (const column of lefts.filter((one) => one.length > 0)) {
    placed.push(...stacked(column, x, TOP));
    x += widest(column) + GAP * 2;
  }
  const right = boxes.filter((one) => !isLeft(one));
  for (const column of bestColumns(right, x, gutter)) {
    placed.push(...stacked(column, x - GAP + gutter, TOP));
    x += widest(column) + gutter;
  }
  const at = new Map(placed.map((one) => [one.box.id, one]));
  const places = new Map<string, number>();
  const lines = joins.flatMap((join) => {
    const [from, to] = [at.get(join.from), at.get(join.to)];
    if (from === undefined || to === undefined || !isLeft(from.box)) return [];
    if (isLeft(to.box)) return [join.isDoor === true ? dropped(join, from, to) : straight(join, from, to)];
    const place = places.get(join.to) ?? 0;
    places.set(join.to, place + 1);
    return [hung(join, from, to, place, gutter)];
  });
  const bottom = Math.max(...placed.map(({ box, at: { y } }) => y + box.height));
  return { boxes: placed, joins: lines, width: x + MARGIN, height: bottom + MARGIN };
}
