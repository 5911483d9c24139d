/**
 * How much of a listing is known: `whole` where its end was seen or its form tells it, `part` where it was cut, where lines
 * of it were not understood, or where it shows less than all there is (one table, one setting, `ip -4 addr`).
 * A listing that is not there has no state: nothing stands for it.
 */
export type ListingState = 'whole' | 'part';

/** What a kind of listing cannot show, whatever is there. */
export type Unshown =
  /** Interfaces without an IPv4 address (`ip -4 addr`), or that are down (`ifconfig` without -a). */
  | 'links'
  /** Which interface is a port of which bridge (`ifconfig`, `ip -4 addr`). */
  | 'ports'
  /** Which interface is the other end of which (`ifconfig`, `ip -4 addr`). */
  | 'peers'
  /** Settings that nobody asked for (`sysctl NAME`). */
  | 'settings'
  /** Routes of tables that nobody asked for (`ip route`, `route -n`). */
  | 'tables'
  /** Routes of the table main (`ip route show table local`). */
  | 'main'
  /** Sockets that wait for TCP, or for UDP (`ss -lun`, `ss -ltn`). */
  | 'tcp'
  | 'udp'
  /** Addresses, or sockets, of a family (`ip -6 addr`, `ss -4`). */
  | 'ipv4'
  | 'ipv6';

/** One listing that was read. */
export interface Listing {
  readonly file: string;
  readonly state: ListingState;
  /** Why it is known in part, each a sentence for a person; none where it is whole. */
  readonly why: readonly string[];
  /** Lines that hold something; 0 where it is JSON, whose lines mean nothing, or was not a file. */
  readonly lines: number;
  /** Lines, or entries of JSON, that were not understood. */
  readonly unread: number;
  /** Nothing stands in the file: there is nothing to list, or the command failed. Its form does not tell which. */
  readonly blank?: true;
  /** A blank one of rules, which nothing bears out and nothing contradicts: taken to say that there are none. */
  readonly takenEmpty?: true;
  /** No listing at all: what `docker inspect` tells of it stands for one. */
  readonly inspected?: true;
  /** Its end was not seen. */
  readonly cut?: true;
  /** What other listings say against it, in a phrase: it is used, and nothing that hangs on it is certain. */
  readonly doubt?: string;
  readonly unshown?: readonly Unshown[];
}

/** What became of one file of the snapshot. */
export interface FileAccount {
  readonly file: string;
  /** `none`: it is there, and nothing of it is used. */
  readonly used: ListingState | 'none';
  readonly lines: number;
  readonly unread: number;
  /** What answers say of it besides: which of two takings of a listing was used. */
  readonly notes?: readonly string[];
  /** Why nothing of it is used, where that is not told by what stands in it: it is a link, may not be read, or is called as nothing can be. */
  readonly why?: string;
}
