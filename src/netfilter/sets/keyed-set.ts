import type { Ip } from '../../address/ip.js';
import type { VerdictAction } from '../verdict-action.js';
import type { OracleQuery } from '../predicate/question.js';

/** One field of a key: values of a closed range, an interface's name or the beginning of one, or anything. */
export type KeyPart =
  | { readonly kind: 'range'; readonly lo: Ip; readonly hi: Ip }
  | { readonly kind: 'name'; readonly name: string; readonly prefix: boolean }
  | { readonly kind: 'any' };

/** What an entry of a map holds: values (one field or several, each perhaps a range), or a verdict. */
export type EntryData =
  | { readonly kind: 'values'; readonly of: readonly KeyPart[] }
  /** `entry` prints the key, as nft does: asked for only where a packet came to it. */
  | { readonly kind: 'action'; readonly action: VerdictAction; readonly text: string; readonly entry: () => string };

/** An element of a set, or an entry of a map. */
export interface SetEntry {
  /** One part a field; a wildcard entry has a single `any`. */
  readonly key: readonly KeyPart[];
  readonly data?: EntryData;
  /** What the element itself asks (a limit, a quota): the look-up fails where the answer is no. */
  readonly asks: readonly OracleQuery[];
}

/** Elements of one field without data: ascending, apart from each other. */
export interface PlainRanges {
  readonly lo: ArrayLike<Ip>;
  readonly hi: ArrayLike<Ip>;
}

/** A set or map of keys, named or written where it is used. */
export interface KeyedSet {
  /** `@web`; empty for one without a name. */
  readonly name: string;
  /** What tells it from every other of its namespace. */
  readonly id: string;
  /** Fields of a key. */
  readonly width: number;
  readonly entries: readonly SetEntry[];
  /** Elements besides `entries`. */
  readonly plain?: PlainRanges;
  /** Packets may add to it, and take out of it. */
  readonly dynamic: boolean;
  /** Why nobody can tell what is in it. */
  readonly unread?: string;
}
