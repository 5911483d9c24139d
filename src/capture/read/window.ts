/** Puts bytes into a buffer from an index on. @returns how many; 0 at the end of the input. */
type Pull = (into: Buffer, from: number) => Promise<number>;

const CAPACITY = 1 << 20;

/** A moving view of an input: the bytes from `at` to `end` of `bytes` are those read and not yet used up. */
export class ByteWindow {
  bytes: Buffer;
  at = 0;
  end = 0;
  /** Why the input ended early, where reading it failed: what was read before is used first. */
  failure: Error | undefined;
  /** Where in the input `bytes` begins. */
  private base = 0;

  constructor(
    private readonly pull: Pull,
    capacity = CAPACITY,
  ) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** @returns how far into the input `at` is. */
  get offset(): number {
    return this.base + this.at;
  }

  /** @returns bytes ready for use. */
  get ready(): number {
    return this.end - this.at;
  }

  /**
   * Reads on until `count` bytes are ready. The buffer grows with what arrives, never with what a length field claims.
   * @returns whether so many are there; false at the end of the input.
   */
  async need(count: number): Promise<boolean> {
    if (this.ready >= count) return true;
    this.bytes.copyWithin(0, this.at, this.end);
    this.base += this.at;
    this.end -= this.at;
    this.at = 0;
    while (this.end < count) {
      if (this.end === this.bytes.length) this.grow();
      const got = this.failure ? 0 : await this.pull(this.bytes, this.end).catch((error: unknown) => this.fail(error));
      if (got === 0) return false;
      this.end += got;
    }
    return true;
  }

  private fail(error: unknown): number {
    this.failure = error instanceof Error ? error : new Error(String(error));
    return 0;
  }

  private grow(): void {
    const larger = Buffer.allocUnsafeSlow(this.bytes.length * 2);
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }
}

/** @returns a window on a stream of chunks; `begin` are bytes already taken from it. */
export function streamWindow(chunks: AsyncIterable<unknown>): ByteWindow {
  const source = chunks[Symbol.asyncIterator]();
  let chunk: Uint8Array = new Uint8Array(0);
  return new ByteWindow(async (into, from) => {
    while (chunk.length === 0) {
      const next = await source.next();
      if (next.done) return 0;
      if (!(next.value instanceof Uint8Array)) throw new TypeError('a capture is a stream of bytes, not of text');
      chunk = next.value;
    }
    const taken = Math.min(chunk.length, into.length - from);
    into.set(chunk.subarray(0, taken), from);
    chunk = chunk.subarray(taken);
    return taken;
  });
}
