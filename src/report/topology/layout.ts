import { Graph, layout } from '@dagrejs/dagre';
import { plugged } from './plug.js';
import { racked } from './rack.js';
import type { Drawing, PlacedBox, PlacedJoin } from './placed.js';
import { METRICS, type Box, type Join, type Parts, type Stretch } from './boxes.js';

const NODE_GAP = 28;
const RANK_GAP = 60;

/** @returns boxes in ranks from left to right, and the lines between them. */
function layOut(boxes: readonly Box[], joins: readonly Join[]): Drawing {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: NODE_GAP, ranksep: RANK_GAP, edgesep: 16, marginx: 20, marginy: 20 });
  for (const box of boxes) graph.setNode(box.id, { width: box.width, height: box.height });
  joins.forEach(({ from, to, label }, at) => {
    const size = label === '' ? { width: 0, height: 0 } : { width: label.length * METRICS.char + 8, height: METRICS.line };
    graph.setEdge(from, to, { ...size, labelpos: 'c' }, String(at));
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

function isSegment({ look }: Box): boolean {
  return look === 'segment' || look === 'internal' || look === 'down';
}

/** Up to so many segments, and containers in all, each segment has a line of its own to the host; more of them hang on common lines. */
const OWN_LINES = { segments: 6, cells: 24 } as const;

/** How much wider than high grids of cells may be. */
const STRETCHES: readonly Stretch[] = [1.5, 1, 3, 6];
/** A screen is so much wider than high. */
const SCREEN = 1.5;

const misfit = ({ width, height }: Drawing): number => Math.abs(Math.log(width / height / SCREEN));

/**
 * @param parts what is drawn, for grids of cells that are so much wider than high.
 * @param withDoors whether lines lead from outside to published ports.
 * @returns the drawing; a large one is about as wide and high as a screen is.
 */
export function arrange(parts: (stretch: Stretch) => Parts, { withDoors }: { readonly withDoors: boolean }): Drawing {
  const drawn = (stretch: Stretch): Drawing => {
    const { boxes, joins, doors } = parts(stretch);
    const lines = withDoors ? [...joins, ...doors] : joins;
    const cells = boxes.reduce((sum, box) => sum + box.cells.length, 0);
    const isLarge = boxes.filter(isSegment).length > OWN_LINES.segments || cells > OWN_LINES.cells;
    return isLarge ? racked(boxes, lines) : layOut(boxes, lines);
  };
  const tried = STRETCHES.map(drawn);
  return tried.reduce((a, b) => (misfit(b) < misfit(a) - 0.1 ? b : a));
}
