import type { Origin } from '../origin.js';
import type { Elements, Expression, Statement } from './grammar.js';
import type { KeyType, Limit } from './statement.js';

export type NftFamily = 'ip' | 'ip6' | 'inet' | 'arp' | 'bridge' | 'netdev';
export type NftHook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting' | 'ingress' | 'egress';

export interface NftRule {
  readonly statements: readonly Statement[];
  readonly handle?: number;
  readonly comment?: string;
  /** As `nft list ruleset` prints it, comment included, handle not. */
  readonly text: string;
  readonly origin: Origin;
  /** What could not be read; a rule with any is undecidable. */
  readonly errors: readonly string[];
  /**
   * An expression is iptables-nft's (`xt`), or the text listing shows it translated: what the rule asks stands in iptables-save,
   * in the rule at the same place of the same chain.
   */
  readonly xt: boolean;
}

/** Where a base chain hangs. */
export interface NftBase {
  readonly type: 'filter' | 'nat' | 'route';
  readonly hook: NftHook;
  readonly priority: number;
  readonly policy: 'accept' | 'drop';
  /** Of `netdev`, and of `ingress` of `inet`: the interfaces; a trailing `*` is a prefix. */
  readonly devices: readonly string[];
  /** The listing does not tell them (JSON of nft 1.0.6). */
  readonly devicesUnseen?: true;
}

export interface NftChain {
  readonly name: string;
  readonly handle?: number;
  readonly base?: NftBase;
  readonly comment?: string;
  readonly rules: readonly NftRule[];
  /**
   * Where iptables-save lists the chain too: which of its rules each of `rules` is, by place; none for a native rule among them.
   * What such a rule does is what iptables' says.
   */
  readonly iptables?: readonly (number | undefined)[];
  /**
   * Rules written by nft that iptables-save prints all the same, by their place there: it leaves out look-ups, prints the end of a range
   * as an address, of two like conditions the last. What such a rule does is what it says here.
   */
  readonly misprinted?: ReadonlyMap<number, NftRule>;
  readonly origin: Origin;
  /** Its table's listing names the chain without its rules (cut, or it could not be read). */
  readonly incomplete?: boolean;
}

export type SetFlag = 'constant' | 'interval' | 'timeout' | 'dynamic';

/** A named set, or, with `data`, a named map. */
export interface NftSet {
  readonly name: string;
  readonly handle?: number;
  /** Types of the key's fields. */
  readonly key: KeyType;
  /** What each field is taken from, where the set was declared with `typeof` (JSON does not tell). */
  readonly typeof?: Expression;
  /** Of a map: types of what an entry gives (`['verdict']` for a verdict map), or the kind of object it names. */
  readonly data?: KeyType | ObjectKind;
  readonly dataTypeof?: Expression;
  readonly dataInterval?: boolean;
  readonly flags: readonly SetFlag[];
  readonly autoMerge: boolean;
  readonly policy?: 'performance' | 'memory';
  readonly size?: number;
  /** Seconds. */
  readonly timeout?: number;
  readonly gcInterval?: number;
  readonly comment?: string;
  /** What each new element carries: counter, limit, quota, ct count, last. */
  readonly statements: readonly Statement[];
  readonly elements: Elements;
  readonly origin: Origin;
  /** The listing was made without elements (`nft -t`, `nft list sets` of old), or was cut within them. */
  readonly incomplete?: boolean;
}

export interface NftFlowtable {
  readonly name: string;
  readonly handle?: number;
  readonly hook?: 'ingress';
  readonly priority?: number;
  readonly devices: readonly string[];
  readonly flags: readonly 'offload'[];
  readonly counter: boolean;
  readonly origin: Origin;
}

export type ObjectKind = 'counter' | 'quota' | 'limit' | 'ct helper' | 'ct timeout' | 'ct expectation' | 'synproxy' | 'secmark';

interface ObjectHead {
  readonly name: string;
  readonly handle?: number;
  readonly comment?: string;
  readonly origin: Origin;
}

export type NftObject = ObjectHead &
  (
    | { readonly kind: 'counter'; readonly packets: number; readonly bytes: number }
    | { readonly kind: 'quota'; readonly bytes: number; readonly used: number; readonly over: boolean }
    | { readonly kind: 'limit'; readonly limit: Limit }
    | { readonly kind: 'ct helper'; readonly type: string; readonly protocol: string; readonly l3proto?: string }
    | {
        readonly kind: 'ct timeout';
        readonly protocol: string;
        readonly l3proto?: string;
        /** Seconds by state. */
        readonly policy: ReadonlyMap<string, number>;
      }
    | {
        readonly kind: 'ct expectation';
        readonly protocol: string;
        readonly l3proto?: string;
        readonly dport: number;
        /** Milliseconds. */
        readonly timeout: number;
        readonly size: number;
      }
    | { readonly kind: 'synproxy'; readonly mss: number; readonly wscale: number; readonly flags: readonly ('timestamp' | 'sack-perm')[] }
    | { readonly kind: 'secmark'; readonly context: string }
  );

export interface NftTable {
  readonly family: NftFamily;
  readonly name: string;
  readonly handle?: number;
  /** A dormant table has no hooks. `unknown`: it has a flag, and the listing does not tell which (JSON of nft 1.0.6). */
  readonly dormant: boolean | 'unknown';
  /** Its program (`flags owner`) takes it along when it ends. */
  readonly owner: boolean;
  readonly persist: boolean;
  readonly comment?: string;
  readonly chains: ReadonlyMap<string, NftChain>;
  readonly sets: ReadonlyMap<string, NftSet>;
  readonly flowtables: ReadonlyMap<string, NftFlowtable>;
  /** By kind and name: `counter web`. */
  readonly objects: ReadonlyMap<string, NftObject>;
  readonly origin: Origin;
  /** The listing shows part of the table (`nft list chain`): chains and sets that are not here may exist. */
  readonly incomplete: boolean;
}

/** The native rules of one network namespace. */
export interface NftRuleset {
  /** In the order of the listing; by family and name each once. */
  readonly tables: readonly NftTable[];
  /** The listing shows part of the rule set (`nft list table`, a file that flushes nothing): other tables may exist. */
  readonly incomplete: boolean;
  /** A table or chain, or what may be one, was not understood: chains that are not here may hang in any hook. */
  readonly unread?: true;
  /** What the program called itself, from JSON's metainfo: `1.1.7`. */
  readonly version?: string;
  readonly file: string;
}
