import type { NetnsName } from '../../model/netns.js';
import type { LeftOut } from '../parsers/source.js';

/** What a form of a listing leaves out, unless another of the same place stands beside it. */
export interface Lacking extends LeftOut {
  /** The variant that shows it. */
  readonly suppliedBy?: string;
}

/** A file as it was given: its path as a person would find it, and its text as it stands. */
export interface RawFile {
  readonly path: string;
  /** Its path inside of what was given, where its folders may name a container; its path where absent. */
  readonly inside?: string;
  readonly text: string;
}

/** A line with its number in the file that it came from, counted from 1. */
export interface NumberedLine {
  readonly text: string;
  readonly number: number;
}

/** A command line that stands before its output: behind a prompt, in a heading, in a file's name. */
export interface Call {
  /** Without its path: `iptables-save`. */
  readonly program: string;
  readonly args: readonly string[];
  /** The container or named namespace that it ran in, as written; absent where it ran on the host. */
  readonly netns?: NetnsName;
  /** The process whose namespace it ran in (`nsenter -t PID`). */
  readonly pid?: number;
  /** The machine that it ran on (`ssh web1 ip a`). */
  readonly host?: string;
  /** What it was piped through that leaves lines out: `grep eth0`. */
  readonly filter?: string;
  /** As it stands. */
  readonly text: string;
}

/** Lines that belong together: the output of one command, as far as anything tells. */
export interface Piece {
  readonly file: string;
  readonly lines: readonly NumberedLine[];
  /** The line that says what printed it; 0 where a file's name does. */
  readonly saidAt: number;
  readonly call?: Call;
  /** The machine that its prompt or heading names. */
  readonly host?: string;
  /** What is written above it that is no command: a file's name, "Before:", "server web1". */
  readonly title?: string;
  /** The container that the prompt stands in. */
  readonly netns?: NetnsName;
}

/** Where in a snapshot a listing belongs. */
export interface Placing {
  /** Files of a namespace lie in its own folder. */
  readonly folder: 'netns' | 'docker';
  /** `ip-addr`; with its extension where only one kind is read. */
  readonly name: string;
  /** Listings of one place that differ in this add up; of those that do not, the later holds. */
  readonly variant: string;
  /** Of the listings of one place, only those of the highest rank are read. */
  readonly rank: number;
  /** What a listing of this form leaves out. */
  readonly lacks?: readonly Lacking[];
  /** Writes a line as the command prints it whose parser reads the listing; an empty text leaves it out. */
  readonly as?: (line: string, index: number) => string;
  /** Words to put behind every line: `table 100`, which `ip route show table 100` does not repeat. */
  readonly append?: string;
  /** A line to put before the listing, which its parser reads: the call, where the text alone does not tell the table. */
  readonly head?: string;
}

/** One kind of listing: how its lines look, and where it belongs. */
export interface Recogniser {
  /** For people: `ip addr`. */
  readonly name: string;
  /** Whether a line can be the first of such a listing. */
  readonly begins: (line: string) => boolean;
  /** Whether a line can follow in it. */
  readonly goesOn: (line: string) => boolean;
  /** Whether a line is the head of another listing of the same kind, where one follows upon the other. */
  readonly anew?: (line: string) => boolean;
  /** Set where every line stands for itself: what `| grep` left of it is read. */
  readonly linesAlone?: true;
  /** Whether a command prints such listings. */
  readonly printedBy: (call: Call) => boolean;
  /** @returns where the listing belongs; undefined where it is of no use, or nothing tells. */
  readonly place: (lines: readonly string[], call: Call | undefined) => Placing | string;
}
