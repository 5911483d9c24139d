import { finish } from './hash.js';

/** Rows by hash: a table of chains, latest row first. */
export class Chains {
  private readonly heads: Int32Array;
  private readonly links: Int32Array;
  /** The rows' own hashes: most that share a chain are told apart without a look at the rows. */
  private readonly hashes: Int32Array;
  private readonly mask: number;

  constructor(rows: number) {
    let size = 16;
    while (size < rows) size *= 2;
    this.heads = new Int32Array(size);
    this.links = new Int32Array(rows);
    this.hashes = new Int32Array(rows);
    this.mask = size - 1;
  }

  add(hash: number, row: number): void {
    const slot = finish(hash) & this.mask;
    this.hashes[row] = hash;
    this.links[row] = this.heads[slot]!;
    this.heads[slot] = row + 1;
  }

  /** @returns the first row of a hash, or -1. */
  first(hash: number): number {
    return this.skip(this.heads[finish(hash) & this.mask]! - 1, hash);
  }

  /** @returns the row after of the same hash, or -1. */
  next(row: number): number {
    return this.skip(this.links[row]! - 1, this.hashes[row]!);
  }

  private skip(from: number, hash: number): number {
    let row = from;
    while (row >= 0 && this.hashes[row] !== hash) row = this.links[row]! - 1;
    return row;
  }
}
