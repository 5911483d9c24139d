/** Strands that belong together, with a parity: whether two of a group run the same way or against each other (union-find with parity). */
export class Groups {
  private readonly parent: Int32Array;
  private readonly flip: Uint8Array;
  /** Members of a group as a ring. */
  private readonly ring: Int32Array;

  constructor(readonly size: number) {
    this.parent = new Int32Array(size);
    this.flip = new Uint8Array(size);
    this.ring = new Int32Array(size);
    for (let i = 0; i < size; i++) this.parent[i] = this.ring[i] = i;
  }

  root(id: number): number {
    const { parent, flip } = this;
    let at = id;
    while (parent[at] !== at) {
      const up = parent[at]!;
      flip[at]! ^= flip[up]!;
      parent[at] = parent[up]!;
      at = up;
    }
    return at;
  }

  /** @returns 1 where a strand runs against its group's root. */
  parity(id: number): number {
    let parity = 0;
    for (let at = id; this.parent[at] !== at; at = this.parent[at]!) parity ^= this.flip[at]!;
    return parity;
  }

  /** Puts two into one group. @param against 1 where they run against each other. */
  join(a: number, b: number, against: 0 | 1): void {
    const ra = this.root(a);
    const rb = this.root(b);
    if (ra === rb) return;
    const flip = this.parity(a) ^ this.parity(b) ^ against;
    const [low, high] = ra < rb ? [ra, rb] : [rb, ra];
    this.parent[high] = low;
    this.flip[high] = flip;
    const next = this.ring[low]!;
    this.ring[low] = this.ring[high]!;
    this.ring[high] = next;
  }

  /** @returns the members of an element's group, itself first. */
  *members(id: number): Generator<number> {
    yield id;
    for (let at = this.ring[id]!; at !== id; at = this.ring[at]!) yield at;
  }
}
