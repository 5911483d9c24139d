import type { Range } from '../../address/ranges.js';

/** Families of questions that no snapshot answers; `--assume CATEGORY=VALUE` answers them. */
export type Category =
  | 'limit'
  | 'hashlimit'
  | 'connlimit'
  | 'connbytes'
  | 'quota'
  | 'statistic'
  | 'random'
  | 'recent'
  | 'time'
  | 'owner'
  | 'cgroup'
  | 'ipset'
  | 'bytes'
  | 'queue'
  | 'nat-range'
  | 'way-back'
  | 'uplink'
  | 'hidden'
  | 'helper'
  | 'nft'
  | 'missing'
  | 'multipath'
  | 'unknown';

/** What a rule asks of the socket that sends: whether its user or group is one of these. */
export interface OwnerQuery {
  readonly id: 'uid' | 'gid';
  readonly ranges: readonly Range[];
}

/** A question that the snapshot cannot answer. */
export interface OracleQuery {
  readonly category: Category;
  /** The word that stands for "it matches" in `--assume CATEGORY=WORD`; `match` is always understood as well. */
  readonly yes: string;
  /** The word for "it does not match". */
  readonly no: string;
  /** Which side the shown path takes when both sides end alike; never decides an outcome. */
  readonly usual: boolean;
  /**
   * The answer for a single packet of a new connection before which nothing was counted or listed (`--assume fresh`); absent
   * where that does not decide it.
   */
  readonly fresh?: boolean;
  /** A list of recent addresses that a rule may have put this very packet's on: `fresh` holds where no rule of the namespace writes it. */
  readonly unlessSet?: string;
  /** Set where a socket that the snapshot shows may answer it. */
  readonly owner?: OwnerQuery;
  /** One phrase for the reader: what it depends on. */
  readonly detail: string;
}
