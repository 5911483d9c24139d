import type { Family } from '../../address/ip.js';
import { CompiledTable } from '../../datapath/netfilter/compile.js';
import { type Range, toSet } from '../../address/ranges.js';
import type { Predicate } from '../../netfilter/predicate/predicate.js';
import type { NetnsState } from '../../datapath/netns-state.js';
import type { Rule, RuleHead, Table } from '../../model/netfilter.js';
import { predicateConditions, prefixRanges } from './address-conditions.js';
import { firstTakers, type Condition } from './partition.js';

/** Modules that look at no address; all else is compiled to see. */
const PLAIN =
  / -m (?!(?:tcp|udp|comment|addrtype|state|limit|mark|physdev|icmp|icmp6|ipv6-icmp|multiport) )| --ctorig| --ctrepl|-j (?:NETMAP|TPROXY)|--to-(?:source|destination) \S*\d-/;
const COMMENT = / -m comment --comment (?:"(?:[^"\\]|\\.)*"|\S+)/g;
const FINAL = / -j (?:ACCEPT|DROP|RETURN|REJECT)\b/;

/** A rule's line without its source, where it is one of a run that differs in nothing else. */
function runKey(rule: Rule, head: RuleHead): string | undefined {
  if (head.src === undefined || head.src.negated || head.src.value.length < 0 || head.dst !== undefined || !FINAL.test(rule.text))
    return undefined;
  const text = rule.text.includes(' -m comment ') ? rule.text.replace(COMMENT, '') : rule.text;
  const at = text.indexOf(' -s ');
  const end = text.indexOf(' ', at + 4);
  return at < 0 ? undefined : text.slice(0, at) + text.slice(end < 0 ? text.length : end);
}

/** Tells rules whose conditions do not count. */
export type SkipRule = (head: RuleHead, rule: Rule) => boolean;

/** A run of rules that differ in their sources and verdicts alone: a packet's source decides which of them takes it. */
class Run {
  private readonly ranges: Range[] = [];
  private readonly verdicts: string[] = [];

  constructor(readonly frame: string) {}

  add(ranges: readonly Range[], verdict: string): void {
    for (const range of ranges) {
      this.ranges.push(range);
      this.verdicts.push(verdict);
    }
  }

  /** What each verdict takes: one condition a verdict. */
  conditions(): readonly Condition[] {
    const [first] = this.verdicts;
    return this.verdicts.every((verdict) => verdict === first) ? [toSet(this.ranges)] : firstTakers(this.ranges, this.verdicts);
  }
}

/** Where a rule's line parts in what frames it, its source and its verdict. */
function parted(rule: Rule, head: RuleHead): { readonly frame: string; readonly verdict: string } | undefined {
  const key = runKey(rule, head);
  if (key === undefined) return undefined;
  const at = key.includes(' -m limit ') ? key.length : key.indexOf(' -j ');
  return { frame: key.slice(0, at), verdict: key.slice(at) };
}

/** Conditions on the sender's address by rules that speak of one port: they count only where that port comes up. */
export class FiledConditions {
  private readonly byPort = new Map<number, Condition[]>();

  add(port: number, conditions: readonly Condition[]): void {
    const list = this.byPort.get(port);
    if (list === undefined) this.byPort.set(port, [...conditions]);
    else list.push(...conditions);
  }

  /** @returns what rules on these ports ask, and the ports that they are filed under. */
  of(ports: Iterable<number>): { readonly key: string; readonly conditions: readonly Condition[] } {
    const own = [...ports].filter((port) => this.byPort.has(port)).sort((a, b) => a - b);
    return { key: own.join(), conditions: own.flatMap((port) => this.byPort.get(port) ?? []) };
  }
}

/** The port that a rule with a condition on its sender's address is filed under. */
function filingPort(head: RuleHead): number | undefined {
  const { dport } = head;
  if (head.src === undefined || dport === undefined || dport.negated || dport.value[0] !== dport.value[1]) return undefined;
  return dport.value[0];
}

/** Reads the conditions of a chain, joining runs. */
class ChainReader {
  private run: Run | undefined;
  private readonly found: Condition[] = [];
  private readonly filedRuns = new Map<number, Run>();

  constructor(
    private readonly compile: (position: number) => Predicate | undefined,
    private readonly ns: NetnsState,
    private readonly family: Family,
    private readonly skip: SkipRule,
    private readonly filed: FiledConditions | undefined,
    private readonly joins: boolean,
  ) {}

  private endFiled(port: number): void {
    const run = this.filedRuns.get(port);
    if (run !== undefined) this.filed?.add(port, run.conditions());
    this.filedRuns.delete(port);
  }

  private end(): void {
    for (const condition of this.run?.conditions() ?? []) this.found.push(condition);
    this.run = undefined;
  }

  private file(port: number, rule: Rule, head: RuleHead): void {
    const parts = parted(rule, head);
    const known = this.filedRuns.get(port);
    if (parts === undefined || known?.frame !== parts.frame) this.endFiled(port);
    if (parts === undefined) this.filed?.add(port, [toSet(prefixRanges(head.src!.value))]);
    else {
      const run = this.filedRuns.get(port) ?? new Run(parts.frame);
      run.add(prefixRanges(head.src!.value), parts.verdict);
      this.filedRuns.set(port, run);
    }
  }

  read(rules: readonly Rule[]): readonly Condition[] {
    rules.forEach((rule, position) => this.rule(rule, position));
    this.end();
    for (const port of [...this.filedRuns.keys()]) this.endFiled(port);
    return this.found;
  }

  private rule(rule: Rule, position: number): void {
    const { head } = rule;
    const port = head === undefined || this.filed === undefined ? undefined : filingPort(head);
    if (port !== undefined && !PLAIN.test(rule.text)) {
      this.end();
      this.file(port, rule, head!);
      if (head?.dst !== undefined && head.dst.value.length !== 0) this.found.push(toSet(prefixRanges(head.dst.value)));
      return;
    }
    const joins = this.joins && head !== undefined && !PLAIN.test(rule.text) && !this.skip(head, rule);
    const parts = joins ? parted(rule, head) : undefined;
    if (parts?.frame !== this.run?.frame) {
      this.end();
      for (const one of [...this.filedRuns.keys()]) this.endFiled(one);
    }
    if (parts !== undefined) {
      this.run ??= new Run(parts.frame);
      this.run.add(prefixRanges(head!.src!.value), parts.verdict);
      return;
    }
    this.single(rule, position);
  }

  /** The conditions of a rule that stands for itself. */
  private single(rule: Rule, position: number): void {
    const { head } = rule;
    if (head === undefined || PLAIN.test(rule.text)) {
      const predicate = this.compile(position);
      if (predicate === undefined) return;
      for (const condition of predicateConditions(predicate, this.ns, this.family)) this.found.push(condition);
      return;
    }
    if (this.skip(head, rule)) return;
    for (const address of [head.src, head.dst])
      if (address !== undefined && address.value.length !== 0) this.found.push(toSet(prefixRanges(address.value)));
  }
}

/**
 * @param joins whether rules that differ in their sources alone, and come to the same, are told apart no further.
 * @returns what the rules of a table ask of addresses.
 */
export function* tableConditions(
  ns: NetnsState,
  table: Table,
  family: Family,
  skip: SkipRule = () => false,
  filed?: FiledConditions,
  joins = true,
): Generator<Condition> {
  const compiled = new CompiledTable(table, family);
  for (const chain of table.chains.values()) {
    const compile = (position: number): Predicate | undefined => compiled.chain(chain.name)?.rule(position)?.predicate;
    yield* new ChainReader(compile, ns, family, skip, filed, joins).read(chain.rules);
  }
}
