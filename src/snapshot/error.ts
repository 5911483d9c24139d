/** Input that cannot be read at all: a missing path, a broken archive, a cut JSON file. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';

  /**
   * @param what what is wrong, without the place.
   * @param file path of the input, as the user would find it.
   * @param line counted from 1; 0 is the file as a whole.
   * @param remedy what to do about it.
   */
  constructor(
    readonly what: string,
    readonly file: string,
    readonly line: number,
    readonly remedy: string,
  ) {
    super(`${file}${line > 0 ? `:${line}` : ''}: ${what}. ${remedy}`);
  }
}

/** @returns the error for a snapshot beyond `LIMITS`. */
export function tooLarge(path: string, what: string): SnapshotError {
  return new SnapshotError(`the snapshot is too large: ${what}`, path, 0, 'Give the files that matter, one by one or in a smaller folder');
}
