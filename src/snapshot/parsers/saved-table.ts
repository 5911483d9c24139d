import type { Family } from '../../address/ip.js';
import type { Chain, Rule, RuleHead, RuleSpec, Table, TableName } from '../../model/netfilter.js';
import type { Origin } from '../../model/origin.js';
import { parseRuleHead } from './rule-head.js';
import { parseRule } from './rule-text.js';

/** `[packets:bytes]` before a rule. */
export interface Counters {
  readonly packets: number;
  readonly bytes: number;
}

/** A chain under way. */
export interface OpenChain extends Chain {
  rules: LazyRule[];
}

/** What every chain starts with: to make a list for each would cost more than the line that declares it. */
export const NO_RULES: LazyRule[] = [];

/** Stands where a head was asked for and not kept. */
const ASKED_ONCE: RuleHead = {};

/** A rule whose options are read when they are first asked for. */
export class LazyRule implements Rule {
  declare readonly packets?: number;
  declare readonly bytes?: number;
  private known: RuleSpec | undefined;
  private asked = false;
  private knownHead: RuleHead | undefined;

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

  /** Kept from the second asking on, as the whole is: a trace asks most rules once at most. */
  get head(): RuleHead {
    if (this.knownHead !== undefined && this.knownHead !== ASKED_ONCE) return this.knownHead;
    const head = parseRuleHead(this.text);
    this.knownHead = this.knownHead === undefined ? ASKED_ONCE : head;
    return head;
  }

  /** Kept from the second asking on: to keep every reading of a large file costs more than to read a few rules twice. */
  get spec(): RuleSpec {
    if (this.known !== undefined) return this.known;
    const latest = this.table.latest;
    if (latest?.rule === this) return latest.spec;
    const { spec } = parseRule(this.text, { family: this.table.family, isChain: this.table.isChain });
    this.table.latest = { rule: this, spec };
    if (this.asked) this.known = spec;
    this.asked = true;
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
