import { finish } from './hash.js';

/** Rows by hash: a table of chains, latest row first. */
export class Chains {
  private readonly heads: Int32Array;
  private readonly links: Int32Array;
  private readonly mask: number;

  constructor(rows: number) {
    let size = 16;
    while (size < rows) size *= 2;
    this.heads = new Int32Array(size);
    this.links = new Int32Array(rows);
    this.mask = size - 1;
  }

  add(hash: number, row: number): void {
    const slot = finish(hash) & this.mask;
    this.links[row] = this.heads[slot]!;
    this.heads[slot] = row + 1;
  }

  /** @returns the first row of a chain, or -1. */
  first(hash: number): number {
    return this.heads[finish(hash) & this.mask]! - 1;
  }

  /** @returns the row after, or -1. */
  next(row: number): number {
    return this.links[row]! - 1;
  }
}
