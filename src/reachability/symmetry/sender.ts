/** Who sends, as far as others of its group may stand for it. */
export interface SenderClass {
  /** Senders of one key fare alike, but for their names. */
  readonly key: string;
  readonly name: string;
  readonly addresses: readonly string[];
}
