/** A part of what was given, and what it was taken for. */
export interface TakenPart {
  readonly file: string;
  /** Its first and last line. */
  readonly from: number;
  readonly to: number;
  /** The kind of listing that it is: `ip addr`; absent for what is left over. */
  readonly kind?: string;
  /** The command that stands above it, or that its file is named for. */
  readonly command?: string;
  /** The file of a snapshot that it stands for: `host/ip-addr`; absent where it is not used. */
  readonly place?: string;
  /** Why it is not used. */
  readonly why?: string;
}
