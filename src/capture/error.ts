/** A capture that cannot be read, or not to its end. The message says what, where in the file, and how much was read before. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';

  /**
   * @param file as the user named it.
   * @param packets how many were read before the damage.
   * @param offset in the capture; of a packed one, as it is unpacked. Absent where that is not known.
   */
  constructor(
    what: string,
    readonly file: string,
    readonly packets: number,
    readonly offset?: number,
  ) {
    const read =
      packets === 0
        ? 'nothing was read before it'
        : packets === 1
          ? 'the 1 packet before it was read'
          : `the ${packets} packets before it were read`;
    super(`${file}: ${what}${offset === undefined ? '' : ` (at byte ${offset})`}; ${read}`);
  }
}
