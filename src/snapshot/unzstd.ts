/** A block of zstd is 4 bytes at least, and unpacks to 128 KiB at most: so many bytes at a time come to 32 MiB. */
const ZSTD_SLICE = 1024;

/** Unpacks zstd (RFC 8878). @throws the library's error where it is damaged. */
export async function* unzstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd');
  let made: Uint8Array[] = [];
  const stream = new Decompress((chunk) => void made.push(chunk));
  for await (const chunk of source)
    for (let at = 0; at < chunk.length; at += ZSTD_SLICE) {
      stream.push(chunk.subarray(at, at + ZSTD_SLICE));
      const ready = made;
      made = [];
      yield* ready;
    }
  stream.push(new Uint8Array(0), true);
  yield* made;
}
