import type {
  CtExpression,
  DataType,
  ExthdrExpression,
  Expression,
  MetaExpression,
  OptionExpression,
  PayloadExpression,
  RawOptionExpression,
  RawPayloadExpression,
  SetExpression,
  SetReference,
  Verdict,
} from './expression.js';

/**
 * How a match compares. `in`: any bit of the right-hand side is set (flags: `ct state new,established`, `tcp flags syn`);
 * `!`: none is. `==` and `!=` against a set or map ask for membership, against a prefix or range for containment.
 * A comparison without an operator is `in` for types that are flags, `==` for the others.
 */
export type MatchOperator = '==' | '!=' | '<' | '>' | '<=' | '>=' | 'in' | '!';

export interface MatchStatement {
  readonly kind: 'match';
  readonly op: MatchOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface VerdictStatement {
  readonly kind: 'verdict';
  readonly verdict: Verdict;
}

/** With `name` an object of the table; without, the rule's own. */
export interface CounterStatement {
  readonly kind: 'counter';
  /** A constant name, or a map of names. */
  readonly name?: ObjectName;
  readonly packets?: number;
  readonly bytes?: number;
}

/** A name, or `KEY map { value : "name" }`. */
export type ObjectName = string | Expression;

export interface QuotaStatement {
  readonly kind: 'quota';
  readonly name?: ObjectName;
  readonly bytes?: number;
  readonly used?: number;
  /** `over`: matches once it is used up. */
  readonly over?: boolean;
}

export interface LimitStatement {
  readonly kind: 'limit';
  readonly name?: ObjectName;
  readonly limit?: Limit;
}

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

/** `meta mark set …`, `ip dscp set …`, `ct mark set …`. */
export interface MangleStatement {
  readonly kind: 'mangle';
  readonly key:
    PayloadExpression | RawPayloadExpression | MetaExpression | CtExpression | ExthdrExpression | OptionExpression | RawOptionExpression;
  readonly value: Expression;
}

export type NatFlag = 'random' | 'fully-random' | 'persistent' | 'netmap';

/** `snat`, `dnat`, `masquerade`, `redirect`. */
export interface NatStatement {
  readonly kind: 'nat';
  readonly type: 'snat' | 'dnat' | 'masquerade' | 'redirect';
  readonly family?: 'ip' | 'ip6';
  /** A constant, prefix, range, or map; a map whose data is a concatenation gives address and port at once. */
  readonly addr?: Expression;
  /** A constant, range or map. */
  readonly port?: Expression;
  readonly flags: readonly NatFlag[];
  /** `dnat ip prefix to`, `dnat to ip saddr map` with intervals as data: each address to the one at the same place. */
  readonly typeFlags: readonly ('interval' | 'prefix' | 'concat')[];
}

export interface RejectStatement {
  readonly kind: 'reject';
  readonly type: 'icmp' | 'icmpv6' | 'icmpx' | 'tcp reset';
  /** The code's number, in the numbering of `type` (icmpx_code for `icmpx`). */
  readonly code?: number;
  /** Whether the listing said it at all, or bare `reject` did. */
  readonly bare: boolean;
}

/** `add @set { ip saddr timeout 60s limit … : data }`. */
export interface SetStatement {
  readonly kind: 'set';
  readonly op: 'add' | 'update' | 'delete';
  readonly set: string;
  readonly key: Expression;
  /** Of a map. */
  readonly data?: Expression;
  readonly timeout?: number;
  readonly expires?: number;
  readonly comment?: string;
  readonly statements: readonly Statement[];
}

/** `KEY vmap { … }` or `KEY vmap @map`. */
export interface VmapStatement {
  readonly kind: 'vmap';
  readonly key: Expression;
  readonly data: SetExpression | SetReference;
}

export interface MeterStatement {
  readonly kind: 'meter';
  readonly name: string;
  readonly key: Expression;
  readonly size?: number;
  readonly timeout?: number;
  readonly statement: Statement;
}

export interface QueueStatement {
  readonly kind: 'queue';
  /** A number, range, hash, or map. */
  readonly num: Expression;
  readonly flags: readonly ('bypass' | 'fanout')[];
}

/** `ct helper set "ftp-standard"`, `ct timeout set`, `ct expectation set`; or a map of names. */
export interface CtObjectStatement {
  readonly kind: 'ct helper' | 'ct timeout' | 'ct expectation' | 'secmark';
  readonly name: ObjectName;
}

export interface CtCountStatement {
  readonly kind: 'ct count';
  readonly count: number;
  readonly over: boolean;
}

export interface NotrackStatement {
  readonly kind: 'notrack';
}

export interface FwdStatement {
  readonly kind: 'fwd';
  readonly dev: Expression;
  readonly family?: 'ip' | 'ip6';
  readonly addr?: Expression;
}

export interface DupStatement {
  readonly kind: 'dup';
  readonly addr?: Expression;
  readonly dev?: Expression;
}

export interface TproxyStatement {
  readonly kind: 'tproxy';
  readonly family?: 'ip' | 'ip6';
  readonly addr?: Expression;
  readonly port?: Expression;
}

export interface SynproxyStatement {
  readonly kind: 'synproxy';
  readonly name?: ObjectName;
  readonly mss?: number;
  readonly wscale?: number;
  readonly flags: readonly ('timestamp' | 'sack-perm')[];
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

export type Statement =
  | MatchStatement
  | VerdictStatement
  | CounterStatement
  | QuotaStatement
  | LimitStatement
  | LastStatement
  | LogStatement
  | MangleStatement
  | NatStatement
  | RejectStatement
  | SetStatement
  | VmapStatement
  | MeterStatement
  | QueueStatement
  | CtObjectStatement
  | CtCountStatement
  | NotrackStatement
  | FwdStatement
  | DupStatement
  | TproxyStatement
  | SynproxyStatement
  | FlowStatement
  | ResetOptionStatement
  | XtStatement
  | UnreadStatement;

/** The type of each field of a key: one for a simple type, several for a concatenation. */
export type KeyType = readonly DataType[];
