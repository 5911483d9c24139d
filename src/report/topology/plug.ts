import type { PlacedBox, PlacedJoin, Point } from './placed.js';

/** Lines that end at one side of a box keep so far apart, and so far from its corners. */
const APART = 14;
/** So far from the boxes of a rank lines run straight towards one of them: none is drawn across another box. */
const STRAIGHT = 10;

type Side = 'left' | 'right';

interface Rank {
  readonly left: number;
  readonly right: number;
}

/** Boxes of a rank have one middle. @returns the bounds of the rank of each box. */
function ranksOf(boxes: readonly PlacedBox[]): ReadonlyMap<string, Rank> {
  const middle = ({ box, at }: PlacedBox): number => Math.round(at.x + box.width / 2);
  return new Map(
    boxes.map((one) => {
      const rank = boxes.filter((other) => middle(other) === middle(one));
      const left = Math.min(...rank.map(({ at }) => at.x));
      return [one.box.id, { left, right: Math.max(...rank.map(({ at, box }) => at.x + box.width)) }];
    }),
  );
}

/** @returns where on one side of a box each line ends: as level with its way as others and the corners leave room for. */
function heightsAt({ box, at }: PlacedBox, wanted: readonly number[]): readonly number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const [top, bottom] = [at.y + APART, at.y + box.height - APART];
  const apart = Math.min(APART, Math.max(0, bottom - top) / Math.max(1, wanted.length - 1));
  const heights: number[] = [];
  order.forEach((index, place) => {
    const lowest = top + place * apart;
    const highest = bottom - (order.length - 1 - place) * apart;
    const above = place === 0 ? -Infinity : (heights[order[place - 1] ?? 0] ?? 0) + apart;
    heights[index] =
      top > bottom ? at.y + box.height / 2 : Math.max(Math.min(Math.max(wanted[index] ?? 0, lowest, above), highest), lowest);
  });
  return heights;
}

function endAt({ box, at }: PlacedBox, rank: Rank, side: Side, y: number): readonly Point[] {
  return side === 'left'
    ? [
        { x: rank.left - STRAIGHT, y },
        { x: at.x, y },
      ]
    : [
        { x: at.x + box.width, y },
        { x: rank.right + STRAIGHT, y },
      ];
}

/** @returns the points of each join's end at a box, by the join. */
function endsOf(joins: readonly PlacedJoin[], boxes: readonly PlacedBox[], side: Side): ReadonlyMap<PlacedJoin, readonly Point[]> {
  const ranks = ranksOf(boxes);
  const ends = new Map<PlacedJoin, readonly Point[]>();
  for (const box of boxes) {
    const rank = ranks.get(box.box.id);
    if (rank === undefined) continue;
    const own = joins.filter(({ join }) => (side === 'left' ? join.to : join.from) === box.box.id);
    const middle = box.at.y + box.box.height / 2;
    const heights = heightsAt(
      box,
      own.map(({ points }) => (side === 'left' ? points.at(-1) : points[0])?.y ?? middle),
    );
    own.forEach((join, index) => ends.set(join, endAt(box, rank, side, heights[index] ?? middle)));
  }
  return ends;
}

/** @returns joins, given by the bends between their ends, that leave a box by its right side and come to one by its left. */
export function plugged(joins: readonly PlacedJoin[], boxes: readonly PlacedBox[]): readonly PlacedJoin[] {
  const [starts, ends] = [endsOf(joins, boxes, 'right'), endsOf(joins, boxes, 'left')];
  return joins.map((join) => ({ ...join, points: [...(starts.get(join) ?? []), ...join.points, ...(ends.get(join) ?? [])] }));
}
