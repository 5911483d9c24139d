import { Graph, layout } from '@dagrejs/dagre';
import { plugged } from './plug.js';
import { racked } from './rack.js';
import type { Drawing, PlacedBox, PlacedJoin } from './placed.js';
import { METRICS, type Box, type Join, type Parts, type Stretch } from './boxes.js';

const NODE_GAP = 28;
const RANK_GAP = 60;

/** @returns boxes in ranks from left to right, and the lines between them; segments in so many ranks. */
function layOut(boxes: readonly Box[], joins: readonly Join[], columns: number): Drawing {
  const rankOf = ranksOf(boxes, columns);
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: NODE_GAP, ranksep: RANK_GAP, edgesep: 16, marginx: 20, marginy: 20 });
  for (const box of boxes) graph.setNode(box.id, { width: box.width, height: box.height });
  joins.forEach(({ from, to, label }, at) => {
    const size = label === '' ? { width: 0, height: 0 } : { width: label.length * METRICS.char + 8, height: METRICS.line };
    graph.setEdge(from, to, { ...size, labelpos: 'c', minlen: from === 'host' ? (rankOf.get(to) ?? 1) : 1 }, String(at));
  });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const placed = boxes.map((box): PlacedBox => {
    const { x = 0, y = 0 } = graph.node(box.id);
    return { box, at: { x: x - box.width / 2, y: y - box.height / 2 } };
  });
  const bent = joins.map((join, at): PlacedJoin => {
    const { points = [], x, y } = graph.edge(join.from, join.to, String(at));
    return { join, points: points.slice(1, -1), ...(join.label !== '' && x !== undefined && y !== undefined ? { label: { x, y } } : {}) };
  });
  return { width, height, boxes: placed, joins: plugged(bent, placed) };
}

/** Boxes that stand side by side, whatever their number. */
function isSegment({ look }: Box): boolean {
  return look === 'segment' || look === 'internal' || look === 'down';
}

/** @returns how many ranks from the host each segment stands: so that the ranks are about as high as each other. */
function ranksOf(boxes: readonly Box[], columns: number): ReadonlyMap<string, number> {
  const heights = Array.from({ length: columns }, () => 0);
  const segments = boxes.filter(isSegment).sort((a, b) => b.height - a.height);
  return new Map(
    segments.map(({ id, height }) => {
      const lowest = heights.indexOf(Math.min(...heights));
      heights[lowest] = (heights[lowest] ?? 0) + height + NODE_GAP;
      return [id, lowest + 1];
    }),
  );
}

/** A screen is so much wider than high. */
const SCREEN = 1.5;
/** What stands left of the segments. */
const BEFORE = 560;
const MOST_COLUMNS = 4;

/** @returns how far a drawing in so many columns would be from the shape of a screen. */
function misfit(boxes: readonly Box[], columns: number): number {
  const segments = boxes.filter(isSegment);
  const others = boxes.filter(({ look }) => look === 'company');
  const ranks = ranksOf(segments, columns);
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...segments.filter(({ id }) => ranks.get(id) === column + 1).map((b) => b.width)),
  );
  const heights = Array.from({ length: columns }, (_, column) =>
    segments.filter(({ id }) => ranks.get(id) === column + 1).reduce((sum, b) => sum + b.height + NODE_GAP, 0),
  );
  const beside = others.length === 0 ? 0 : Math.max(...others.map((b) => b.width)) + RANK_GAP;
  const width = BEFORE + widths.reduce((sum, w) => sum + w + 2 * RANK_GAP, 0) + beside;
  const height = Math.max(
    1,
    ...heights,
    others.reduce((sum, b) => sum + b.height + NODE_GAP, 0),
  );
  return Math.abs(Math.log(width / height / SCREEN));
}

/** @returns the boxes and the number of columns that make the drawing most like a screen; the fewest and plainest of those that are as good. */
function balanced(parts: (stretch: Stretch) => Parts): Parts & { readonly columns: number } {
  const tried = ([1.5, 1, 3, 6] as const).flatMap((stretch) => {
    const made = parts(stretch);
    return Array.from({ length: MOST_COLUMNS }, (_, index) => ({
      made,
      columns: index + 1,
      misfit: misfit(made.boxes, index + 1),
    }));
  });
  const best = tried.reduce((a, b) => (b.misfit < a.misfit - 0.1 ? b : a));
  return { ...best.made, columns: best.columns };
}

/** Up to so many segments each has a line of its own to the host; more of them hang on common ones. */
const OWN_LINES = 6;

/**
 * @param parts what is drawn, for grids of cells that are so much wider than high.
 * @param withDoors whether lines lead from outside to published ports.
 * @returns the drawing, about as wide and high as a screen is.
 */
export function arrange(parts: (stretch: Stretch) => Parts, { withDoors }: { readonly withDoors: boolean }): Drawing {
  const { boxes, joins, doors, columns } = balanced(parts);
  const lines = withDoors ? [...joins, ...doors] : joins;
  return boxes.filter(isSegment).length > OWN_LINES ? racked(boxes, lines) : layOut(boxes, lines, columns);
}
