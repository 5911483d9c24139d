/** Something that a snapshot should hold and does not. */
export interface MissingPart {
  /** The file that it would be, `host/nft-ruleset.json`. */
  readonly file: string;
  /** The command that was to print it. */
  readonly command: string;
  readonly why: string;
}

/** A snapshot while it is taken. */
export interface SnapshotDraft {
  readonly files: Map<string, string>;
  readonly lacking: MissingPart[];
}

/** Notes that something could not be had. */
export function addLacking(draft: SnapshotDraft, lacking: MissingPart | undefined): void {
  if (lacking !== undefined) draft.lacking.push(lacking);
}
