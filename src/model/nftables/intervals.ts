import type { DataType } from './expression.js';

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
