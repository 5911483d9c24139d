import type { DataType, OptionExpression, RawOptionExpression } from './expression.js';

/**
 * How a match compares. `in`: any bit of the right-hand side is set (flags: `ct state new,established`, `tcp flags syn`);
 * `!`: none is. `==` and `!=` against a set or map ask for membership, against a prefix or range for containment.
 * A comparison without an operator is `in` for types that are flags, `==` for the others.
 */
export type MatchOperator = '==' | '!=' | '<' | '>' | '<=' | '>=' | 'in' | '!';

export interface Limit {
  /** In `unit`, each `per`. */
  readonly rate: number;
  readonly unit: 'packets' | 'bytes';
  readonly per: 'second' | 'minute' | 'hour' | 'day' | 'week';
  /** In `unit`. */
  readonly burst: number;
  /** Matches what is over the limit. */
  readonly over: boolean;
}

export interface LastStatement {
  readonly kind: 'last';
  /** Milliseconds since, or absent where never. */
  readonly used?: number;
}

export interface LogStatement {
  readonly kind: 'log';
  readonly prefix?: string;
  readonly level?: string;
  readonly group?: number;
  readonly snaplen?: number;
  readonly queueThreshold?: number;
  readonly flags: readonly string[];
}

export type NatFlag = 'random' | 'fully-random' | 'persistent' | 'netmap';

export interface RejectStatement {
  readonly kind: 'reject';
  readonly type: 'icmp' | 'icmpv6' | 'icmpx' | 'tcp reset';
  /** The code's number, in the numbering of `type` (icmpx_code for `icmpx`). */
  readonly code?: number;
  /** Whether the listing said it at all, or bare `reject` did. */
  readonly bare: boolean;
}

export interface CtCountStatement {
  readonly kind: 'ct count';
  readonly count: number;
  readonly over: boolean;
}

export interface NotrackStatement {
  readonly kind: 'notrack';
}

/** `flow add @f`. */
export interface FlowStatement {
  readonly kind: 'flow';
  readonly flowtable: string;
}

/** `reset tcp option NAME`: overwrites the option with NOPs. */
export interface ResetOptionStatement {
  readonly kind: 'reset option';
  readonly option: OptionExpression | RawOptionExpression;
}

/** What iptables-nft left: its meaning stands in iptables-save. `text` is what a text listing shows of it. */
export interface XtStatement {
  readonly kind: 'xt';
  readonly type: 'match' | 'target' | 'watcher';
  readonly name: string;
  readonly text?: string;
}

/** A statement that could not be read: the rule cannot be decided. */
export interface UnreadStatement {
  readonly kind: 'unread';
  readonly text: string;
  readonly message: string;
}

/** The type of each field of a key: one for a simple type, several for a concatenation. */
export type KeyType = readonly DataType[];

/** Statements that hold no expression. */
export type PlainStatement =
  | LastStatement
  | LogStatement
  | RejectStatement
  | CtCountStatement
  | NotrackStatement
  | FlowStatement
  | ResetOptionStatement
  | XtStatement
  | UnreadStatement;
