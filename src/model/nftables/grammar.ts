// Expressions, elements of sets and statements are one grammar: an expression may be a set, whose elements are expressions and carry statements.
import type { Intervals } from './intervals.js';
import type {
  BinaryOperator,
  Constant,
  ElementPlace,
  PlainSelector,
  PrefixExpression,
  RangeExpression,
  SetReference,
  WildcardExpression,
  WritableField,
} from './expression.js';
import type { Limit, MatchOperator, NatFlag, PlainStatement } from './statement.js';

export interface JhashExpression {
  readonly kind: 'jhash';
  readonly of: Expression;
  readonly mod: number;
  readonly seed?: number;
  readonly offset: number;
}

/** What a rule can look at, or hash, without an operator. */
export type Selector = PlainSelector | JhashExpression;

export interface BinaryExpression {
  readonly kind: 'binary';
  readonly op: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** `ip saddr . tcp dport`, or a key made of such fields. */
export interface ConcatExpression {
  readonly kind: 'concat';
  readonly parts: readonly Expression[];
}

/** An anonymous set, or, where its elements have data, an anonymous map. */
export interface SetExpression {
  readonly kind: 'set';
  readonly elements: Elements;
}

/** `KEY map { … }` as a value: what the key's entry holds; no entry ends the rule. */
export interface MapExpression {
  readonly kind: 'map';
  readonly key: Expression;
  readonly data: SetExpression | SetReference;
}

export type Verdict =
  | { readonly kind: 'accept' | 'drop' | 'continue' | 'return' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  /** An anonymous chain, written where it is called. */
  | { readonly kind: 'jump' | 'goto'; readonly chain: AnonymousChain };

export interface AnonymousChain {
  readonly rules: readonly {
    readonly statements: readonly Statement[];
    readonly comment?: string;
    readonly text: string;
    readonly line: number;
  }[];
}

/** The elements of a set or map. */
export type Elements = { readonly kind: 'list'; readonly of: readonly Element[] } | Intervals;

export type Expression =
  | Constant
  | Selector
  | BinaryExpression
  | ConcatExpression
  | PrefixExpression
  | RangeExpression
  | SetExpression
  | SetReference
  | MapExpression
  | WildcardExpression;

export type ElementKey = Constant | PrefixExpression | RangeExpression | ConcatExpression | WildcardExpression;

/** What a map's entry gives: a verdict, a value, several values as one (`10.0.0.1 . 80`), or the name of an object. */
export type ElementData = { readonly kind: 'verdict'; readonly verdict: Verdict } | Expression;

/** One element of a set or entry of a map. */
export interface Element extends ElementPlace {
  readonly key: ElementKey;
  readonly data?: ElementData;
  /** Seconds; absent: for ever, or the set's own. */
  readonly timeout?: number;
  /** Seconds left when it was listed. */
  readonly expires?: number;
  readonly comment?: string;
  /** Counters, limits and quotas on the element: a limit or quota that is exceeded makes the look-up fail. */
  readonly statements?: readonly Statement[];
}

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

/** `meta mark set …`, `ip dscp set …`, `ct mark set …`. */
export interface MangleStatement {
  readonly kind: 'mangle';
  readonly key: WritableField;
  readonly value: Expression;
}

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

export type Statement =
  | PlainStatement
  | MatchStatement
  | VerdictStatement
  | CounterStatement
  | QuotaStatement
  | LimitStatement
  | MangleStatement
  | NatStatement
  | SetStatement
  | VmapStatement
  | MeterStatement
  | QueueStatement
  | CtObjectStatement
  | FwdStatement
  | DupStatement
  | TproxyStatement
  | SynproxyStatement;
