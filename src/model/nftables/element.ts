import type {
  AddressConstant,
  ConcatExpression,
  DataType,
  Expression,
  NameConstant,
  NumberConstant,
  PrefixExpression,
  RangeExpression,
  Verdict,
  WildcardExpression,
} from './expression.js';
import type { Statement } from './statement.js';

export type ElementKey =
  NumberConstant | AddressConstant | NameConstant | PrefixExpression | RangeExpression | ConcatExpression | WildcardExpression;

/** What a map's entry gives: a verdict, a value, several values as one (`10.0.0.1 . 80`), or the name of an object. */
export type ElementData = { readonly kind: 'verdict'; readonly verdict: Verdict } | Expression;

/** One element of a set or entry of a map. */
export interface Element {
  readonly key: ElementKey;
  readonly data?: ElementData;
  /** Seconds; absent: for ever, or the set's own. */
  readonly timeout?: number;
  /** Seconds left when it was listed. */
  readonly expires?: number;
  readonly comment?: string;
  /** Counters, limits and quotas on the element: a limit or quota that is exceeded makes the look-up fail. */
  readonly statements?: readonly Statement[];
  /** Line of the file. */
  readonly line: number;
}

/**
 * Many plain elements of one simple type, without data, timeout or comment: element `i` holds the values `lo[i]` to `hi[i]`.
 * Ascending by `lo`. Where no element is wider than one value, `hi` is `lo` itself. A `Float64Array` holds types of up to 48 bits
 * (IPv4 addresses, ports, marks, MAC addresses), a list of bigints the others.
 */
export interface Intervals {
  readonly kind: 'intervals';
  readonly type: DataType;
  readonly lo: Float64Array | readonly bigint[];
  readonly hi: Float64Array | readonly bigint[];
  /** The line of each. */
  readonly lines: Uint32Array;
}
