import type { Box, Join } from './boxes.js';

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
