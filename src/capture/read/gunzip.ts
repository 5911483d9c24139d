import { constants, createGunzip } from 'node:zlib';
import type { Gunzip } from 'node:zlib';

/**
 * Unpacks gzip, of several members as well.
 * @throws the error of zlib after all that could be unpacked was given out: a stream that is piped drops what waits when it fails.
 */
export async function* gunzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  // what each chunk unpacks to comes out with it
  const gunzip = createGunzip({ flush: constants.Z_SYNC_FLUSH });
  const pump = new Pump(gunzip);
  try {
    for await (const chunk of chunks) yield* pump.through((done) => gunzip.write(chunk, done));
    yield* pump.through((done) => {
      gunzip.once('end', done);
      gunzip.end();
    });
  } finally {
    gunzip.destroy();
  }
}

/** Takes what comes out of a stream while something goes in. */
class Pump {
  private failure: Error | undefined;
  private wake: () => void = () => undefined;

  constructor(private readonly gunzip: Gunzip) {
    gunzip.on('readable', () => this.wake());
    gunzip.on('error', (error) => {
      this.failure = error;
      this.wake();
    });
  }

  async *through(start: (done: () => void) => void): AsyncGenerator<Buffer> {
    let isDone = false;
    start(() => {
      isDone = true;
      this.wake();
    });
    for (;;) {
      const next: unknown = this.gunzip.read();
      if (next instanceof Buffer) yield next;
      else if (this.failure) throw this.failure;
      else if (isDone) return;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}
