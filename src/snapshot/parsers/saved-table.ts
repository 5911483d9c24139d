import type { Family } from '../../address/ip.js';
import type { Chain, Rule, RuleHead, RuleSpec, Table, TableName } from '../../model/netfilter.js';
import type { Origin } from '../../model/origin.js';
import { parseRuleHead, parseRule } from '../../netfilter/iptables/index.js';

/** `[packets:bytes]` before a rule. */
export interface Counters {
  readonly packets: number;
  readonly bytes: number;
}

/** A chain under way. */
export interface OpenChain extends Chain {
  rules: Rule[];
}

/** What every chain starts with: to make a list for each would cost more than the line that declares it. */
export const NO_RULES: Rule[] = [];

/** What was read of a rule, and what was asked for: kept from the second asking on, as a trace asks most rules once at most. */
interface Reading {
  readonly headAsked: boolean;
  readonly specAsked: boolean;
  readonly head?: RuleHead;
  readonly spec?: RuleSpec;
}

// shared by all rules of which nothing is kept: an object for each, or a field for each of these, would cost more than its line
const UNREAD: Reading = { headAsked: false, specAsked: false };
const HEAD_ASKED: Reading = { headAsked: true, specAsked: false };
const SPEC_ASKED: Reading = { headAsked: false, specAsked: true };
const BOTH_ASKED: Reading = { headAsked: true, specAsked: true };

/** A rule whose options are read when they are first asked for. */
export class LazyRule implements Rule {
  declare readonly packets?: number;
  declare readonly bytes?: number;
  memo: object | undefined = undefined;
  private reading = UNREAD;

  constructor(
    readonly chain: string,
    readonly text: string,
    private readonly line: number,
    private readonly table: OpenTable,
    counters: Counters | undefined,
  ) {
    if (counters === undefined) return;
    this.packets = counters.packets;
    this.bytes = counters.bytes;
  }

  get origin(): Origin {
    return { file: this.table.file, line: this.line };
  }

  get head(): RuleHead {
    const { reading } = this;
    if (reading.head !== undefined) return reading.head;
    const head = parseRuleHead(this.text);
    if (reading.headAsked) this.reading = { ...reading, head };
    else if (reading.spec !== undefined) this.reading = { ...reading, headAsked: true };
    else this.reading = reading.specAsked ? BOTH_ASKED : HEAD_ASKED;
    return head;
  }

  get spec(): RuleSpec {
    const { reading } = this;
    if (reading.spec !== undefined) return reading.spec;
    const latest = this.table.latest;
    if (latest?.rule === this) return latest.spec;
    const { spec } = parseRule(this.text, { family: this.table.family, isChain: this.table.isChain });
    this.table.latest = { rule: this, spec };
    if (reading.specAsked) this.reading = { ...reading, spec };
    else if (reading.head !== undefined) this.reading = { ...reading, specAsked: true };
    else this.reading = reading.headAsked ? BOTH_ASKED : SPEC_ASKED;
    return spec;
  }
}

/** A table under way, and what its rules share. */
export class OpenTable implements Table {
  readonly chains = new Map<string, OpenChain>();
  readonly isChain = (name: string): boolean => this.chains.has(name);
  /** The rule that was read last: one look at a rule asks for its reading several times. */
  latest: { readonly rule: Rule; readonly spec: RuleSpec } | undefined;

  constructor(
    readonly name: TableName,
    readonly family: Family,
    readonly file: string,
  ) {}
}
