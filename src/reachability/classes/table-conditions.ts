import type { Family } from '../../address/ip.js';
import { append } from '../../address/append.js';
import { type Range, toSet } from '../../address/ranges.js';
import { type Action, type RuleFacts, conjuncts, leavesOf, type Predicate } from '../../netfilter/index.js';
import { factsIn, type TableFacts } from '../../netfilter/iptables/index.js';
import type { NetnsState } from '../../datapath/index.js';
import type { Rule, RuleHead, Table } from '../../model/netfilter.js';
import { predicateConditions, prefixRanges } from './address-conditions.js';
import { firstTakers, type Condition } from './partition.js';

const ADDRESSES: ReadonlySet<string> = new Set(['src', 'dst', 'ctorigsrc', 'ctorigdst', 'ctreplsrc', 'ctrepldst']);

/** Whether a condition looks at addresses. */
function looksAtAddress(one: Predicate): boolean {
  switch (one.op) {
    case 'in':
    case 'masked':
      return ADDRESSES.has(one.field);
    case 'set':
    case 'lookup':
      return true;
    default:
      return false;
  }
}

/** Whether a rule asks for no address but those of its head. */
function isInHead({ predicate }: RuleFacts, { src, dst }: RuleHead): boolean {
  if (predicate === undefined) return true;
  const looks = [...leavesOf(predicate)].filter(looksAtAddress);
  const heads = [src, dst].filter((condition) => condition !== undefined && condition.value.length !== 0);
  return looks.length === heads.length && looks.every((one) => one.op === 'in' && (one.field === 'src' || one.field === 'dst'));
}

const json = (value: unknown): string => JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one)) ?? '';

const isSource = (one: Predicate): boolean => one.op === 'in' && one.field === 'src';

const ofActions = new WeakMap<Action, string>();

function verdictKey(action: Action): string {
  let key = ofActions.get(action);
  if (key === undefined) ofActions.set(action, (key = json(action)));
  return key;
}

function isOpen(one: Predicate): boolean {
  return one.op === 'unknown' || one.op === 'bytes';
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

/** What a rule asks for besides its source, and what it does, where it is one of a run that differs in nothing else. */
function parted(head: RuleHead, facts: RuleFacts): { readonly frame: string; readonly verdict: string } | undefined {
  const { src, dst, in: input, out, proto, sport, dport } = head;
  const { predicate, action, states } = facts;
  if (src === undefined || src.negated || src.value.length < 0 || dst !== undefined || !FINAL.has(action.kind)) return undefined;
  const verdict = verdictKey(action);
  if (predicate === undefined) {
    const device = `${input?.negated ?? ''}${input?.value ?? ''} ${out?.negated ?? ''}${out?.value ?? ''}`;
    const ports = `${sport?.negated ?? ''}${sport?.value.join('-') ?? ''} ${dport?.negated ?? ''}${dport?.value.join('-') ?? ''}`;
    return { frame: `${device} ${proto?.negated ?? ''}${proto?.value ?? ''} ${ports} ${states ?? ''}`, verdict };
  }
  if (!isInHead(facts, head)) return undefined;
  const rest = conjuncts(predicate).filter((one) => !isSource(one));
  const open = rest.some((one) => [...leavesOf(one)].some(isOpen));
  // what may let a packet of its source go by frames what it does as well
  return open ? { frame: `${json(rest)} ${verdict}`, verdict: '' } : { frame: json(rest), verdict };
}

const FINAL: ReadonlySet<string> = new Set<Action['kind']>(['accept', 'drop', 'return', 'reject']);

/** Conditions on the sender's address by rules that speak of one port: they count only where that port comes up. */
export class FiledConditions {
  private readonly byPort = new Map<number, Condition[]>();

  add(port: number, conditions: readonly Condition[]): void {
    const list = this.byPort.get(port);
    if (list === undefined) this.byPort.set(port, [...conditions]);
    else append(list, conditions);
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
    private readonly facts: TableFacts,
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

  private file(port: number, facts: RuleFacts, head: RuleHead): void {
    const parts = parted(head, facts);
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
    for (const rule of rules) this.rule(rule);
    this.end();
    for (const port of [...this.filedRuns.keys()]) this.endFiled(port);
    return this.found;
  }

  private rule(rule: Rule): void {
    const { head = {} } = rule;
    const facts = this.facts.of(rule);
    const inHead = isInHead(facts, head);
    const port = this.filed === undefined ? undefined : filingPort(head);
    if (port !== undefined && inHead) {
      this.end();
      this.file(port, facts, head);
      if (head.dst !== undefined && head.dst.value.length !== 0) this.found.push(toSet(prefixRanges(head.dst.value)));
      return;
    }
    const joins = this.joins && inHead && !this.skip(head, rule);
    const parts = joins ? parted(head, facts) : undefined;
    if (parts?.frame !== this.run?.frame) {
      this.end();
      for (const one of [...this.filedRuns.keys()]) this.endFiled(one);
    }
    if (parts !== undefined) {
      this.run ??= new Run(parts.frame);
      this.run.add(prefixRanges(head.src!.value), parts.verdict);
      return;
    }
    if (!inHead) for (const condition of predicateConditions(facts.predicate!, this.ns, this.family)) this.found.push(condition);
    else if (!this.skip(head, rule)) this.inHead(head);
  }

  /** The conditions of a rule that stands for itself. */
  private inHead({ src, dst }: RuleHead): void {
    for (const address of [src, dst])
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
  const facts = factsIn(table, family);
  for (const chain of table.chains.values()) yield* new ChainReader(facts, ns, family, skip, filed, joins).read(chain.rules);
}
