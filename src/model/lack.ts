/** Something that a snapshot lacks, or holds in part only. */
export interface Lack {
  /** The file that would show it: `host/iptables-save.txt`. */
  readonly file: string;
  /** `missing`: not there; `unreadable`: there, and no such listing; `part`: cut, or lines of it were not understood; `doubtful`: blank, where other listings say that it is not. */
  readonly state: 'missing' | 'unreadable' | 'part' | 'doubtful';
  /** Why, in a phrase; of what is missing, what tells that there is something to list, or empty. */
  readonly why: string;
  /** What prints it: `iptables-save`. */
  readonly command: string;
  /** `the rules of the host`. */
  readonly what: string;
  /** Somebody said that it may be lacking. */
  readonly accepted?: true;
}
