import { Graph, layout } from '@dagrejs/dagre';
import { METRICS, type Box, type Join } from './boxes.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedBox {
  readonly box: Box;
  /** Upper left corner. */
  readonly at: Point;
}

export interface PlacedJoin {
  readonly join: Join;
  readonly points: readonly Point[];
  /** Where the label's middle stands. */
  readonly label?: Point;
}

export interface Drawing {
  readonly boxes: readonly PlacedBox[];
  readonly joins: readonly PlacedJoin[];
  readonly width: number;
  readonly height: number;
}

/** @returns boxes in ranks from left to right, and the lines between them. */
export function layOut(boxes: readonly Box[], joins: readonly Join[]): Drawing {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 60, edgesep: 16, marginx: 20, marginy: 20 });
  for (const box of boxes) graph.setNode(box.id, { width: box.width, height: box.height });
  joins.forEach(({ from, to, label }, at) => {
    const size = label === '' ? { width: 0, height: 0 } : { width: label.length * METRICS.char + 8, height: METRICS.line };
    graph.setEdge(from, to, { ...size, labelpos: 'c' }, String(at));
  });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    boxes: boxes.map((box) => {
      const { x = 0, y = 0 } = graph.node(box.id);
      return { box, at: { x: x - box.width / 2, y: y - box.height / 2 } };
    }),
    joins: joins.map((join, at) => {
      const { points = [], x, y } = graph.edge(join.from, join.to, String(at));
      return { join, points, ...(join.label !== '' && x !== undefined && y !== undefined ? { label: { x, y } } : {}) };
    }),
  };
}
