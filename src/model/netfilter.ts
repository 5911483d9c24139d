import type { Family, Prefix } from '../address/ip.js';
import type { Origin } from './origin.js';

export type HookName = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';
/** Hooks of single devices, below the others (netdev, and ingress of inet). */
export type DeviceHook = 'INGRESS' | 'EGRESS';
export type TableName = 'raw' | 'mangle' | 'nat' | 'filter' | 'security';

/** One option of a rule: `! --dport 80` is `{flag:'--dport', negated:true, args:['80']}`; args are unquoted. */
export interface RuleOption {
  readonly flag: string;
  readonly negated: boolean;
  readonly args: readonly string[];
}

/** The options of one `-m NAME`; `module` is empty for those of the command itself (-s -d -i -o -p -f). */
export interface RuleMatch {
  readonly module: string;
  readonly options: readonly RuleOption[];
}

export interface RuleTarget {
  /** Extension, verdict or user chain. */
  readonly name: string;
  /** `-g` instead of `-j`. */
  readonly goto: boolean;
  readonly options: readonly RuleOption[];
}

export interface RuleSpec {
  readonly matches: readonly RuleMatch[];
  readonly target?: RuleTarget;
  /** What could not be read; a rule with any is undecidable. */
  readonly errors: readonly string[];
  /** The line as it stood, where iptables-save would write it otherwise (typed by hand, or of an old version). */
  readonly spelling?: string | undefined;
}

/** A condition that may carry `!`. */
export interface HeadCondition<T> {
  readonly value: T;
  readonly negated: boolean;
}

/**
 * What a rule's line opens with, read without the rest of it: a packet that fails any of these cannot match the rule,
 * whatever follows. Conditions that stand later in the line, or are not plain, are left out.
 */
export interface RuleHead {
  readonly src?: HeadCondition<Prefix>;
  readonly dst?: HeadCondition<Prefix>;
  /** Interface names, a trailing `+` included. */
  readonly in?: HeadCondition<string>;
  readonly out?: HeadCondition<string>;
  /** Protocol number; never 0. */
  readonly proto?: HeadCondition<number>;
  /** Closed ranges of `-m tcp` or `-m udp`; present only with `proto`. */
  readonly sport?: HeadCondition<readonly [number, number]>;
  readonly dport?: HeadCondition<readonly [number, number]>;
}

export interface Rule {
  readonly chain: string;
  /** The line of iptables-save without its counters. */
  readonly text: string;
  /** Read from `text` on first use: a large file is mostly never asked. */
  readonly spec: RuleSpec;
  /** Much cheaper than `spec`, and not kept: most rules of a large file are passed over by it. */
  readonly head?: RuleHead;
  readonly packets?: number;
  readonly bytes?: number;
  readonly origin: Origin;
  /** A place for what a reader of rules found out of it; there for rules of listings, which may be 150,000: a map of them all costs more. */
  memo?: object | undefined;
  /** Set where the listing hides part of the rule (`iptables -L` without -v): the words name what is missing and how to get it. */
  readonly hidden?: string;
  /** Set where this is no rule but a place at which the listing does not show any: the words name what is missing. Its `text` says so too. */
  readonly gap?: string;
}

export interface Chain {
  readonly name: string;
  /** Absent for user chains. */
  readonly policy?: 'ACCEPT' | 'DROP';
  /** The listing does not show the policy: `policy` is a guess, and these words name what would tell. */
  readonly policyUnseen?: string;
  readonly rules: readonly Rule[];
  readonly origin: Origin;
}

export interface Table {
  readonly name: TableName;
  readonly chains: ReadonlyMap<string, Chain>;
}

export interface Ruleset {
  readonly family: Family;
  readonly backend: 'nft' | 'legacy' | 'unknown';
  /** Tables by name; a table that is absent has no hooks. */
  readonly tables: ReadonlyMap<TableName, Table>;
  /** Tables that the listing does not show (`iptables -t nat -L` shows one) and that may therefore have rules; other absent ones have none. */
  readonly unlisted?: readonly TableName[];
  /** Line of a warning that iptables cannot show a table, for the native rules in it. */
  readonly beyond?: number;
  /** A warning that the legacy back end has tables, where no listing shows them. */
  readonly legacyUnseen?: Origin;
  readonly file: string;
}

export interface IpSetMember {
  /** As printed: `10.0.0.0/8,tcp:80`. */
  readonly text: string;
  readonly nomatch: boolean;
  readonly timeout?: number;
  /** What `SET --map-mark` puts on a packet: `mark = (mark & ~mask) ^ value`. */
  readonly skbmark?: { readonly value: number; readonly mask: number };
  readonly origin: Origin;
}

export interface IpSet {
  readonly name: string;
  /** `hash:ip`, `hash:net,port`, `bitmap:port`, `list:set` … */
  readonly type: string;
  readonly family: Family;
  /** Words after the type: `hashsize 1024`, `netmask 24`, `timeout 0` … by name. */
  readonly options: ReadonlyMap<string, string>;
  readonly members: readonly IpSetMember[];
  readonly origin: Origin;
}
