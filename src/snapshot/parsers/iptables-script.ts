import type { Family } from '../../address/ip.js';
import type { Rule, TableName } from '../../model/netfilter.js';
import { CHAIN } from '../../names/index.js';
import { compileRule, findTarget, readCommandLine, type CommandLine } from '../../netfilter/iptables/index.js';
import { ruleLine } from './saved-edits.js';
import { gapRule } from './saved-gaps.js';
import { LazyRule, NO_RULES, OpenTable, type OpenChain } from './saved-table.js';
import { scriptLines, type ScriptLine } from './script-lines.js';
import { ProblemList, unlessRefused } from './source.js';
import { BUILT_IN, isBuiltIn } from './table-told.js';
import { isTableName } from './tables-under-way.js';

/** Commands that do nothing to tables. */
const LISTS: ReadonlySet<string> = new Set(['L', 'S', 'Z', 'C']);

/**
 * Reads a script of iptables commands, as a person runs it. What the kernel had before is not known: each table starts with chains that may hold
 * anything, until the script empties them. A line that is not followed may have done anything to any of them.
 */
export class ScriptReader {
  readonly tables = new Map<TableName, OpenTable>();
  readonly problems: ProblemList;
  /** Tables that were emptied: a chain of theirs that is not shown has no rules. */
  private readonly flushed = new Set<TableName>();
  /** Tables that have no chains but those that are shown. */
  private readonly emptied = new Set<TableName>();
  /** Whether a command that fails ends the script. */
  private errexit = false;
  /** The first line at which it may have ended so. */
  private endedAt: number | undefined;

  constructor(
    private readonly text: string,
    private readonly family: Family,
    private readonly file: string,
  ) {
    this.problems = new ProblemList(file);
  }

  read(): void {
    for (const line of scriptLines(this.text)) if (unlessRefused(() => this.line(line)) === undefined) this.forget(line.number);
    const { endedAt } = this;
    if (endedAt === undefined) return;
    this.problems.add(endedAt, 'set -e', 'a command that may fail, which ends the script: whether the lines below it ran is not known');
    this.forget(endedAt);
  }

  private line(line: ScriptLine): true {
    if (line.kind === 'errexit') this.errexit = true;
    else if (line.kind === 'unknown') {
      this.problems.add(line.number, line.text, `${line.why}: what it does to the tables is not known`);
      this.forget(line.number);
    } else if (line.family === this.family) this.command(line);
    return true;
  }

  /** All that was known is not any more. */
  private forget(number: number): void {
    this.flushed.clear();
    this.emptied.clear();
    for (const name of this.tables.keys()) this.tables.set(name, this.unseen(name, number));
  }

  private unseen(name: TableName, number: number): OpenTable {
    const table = new OpenTable(name, this.family, this.file);
    const origin = this.problems.at(number);
    for (const chain of BUILT_IN[name])
      table.chains.set(chain, {
        name: chain,
        policy: 'ACCEPT',
        policyUnseen: `the policy of ${name} ${chain}, which ${this.file} does not set`,
        rules: [this.gap(chain, name, number)],
        origin,
      });
    return table;
  }

  private gap(chain: string, table: TableName, number: number): ReturnType<typeof gapRule> {
    const detail = `what ${table} ${chain} holds before ${this.file}:${number} runs (\`${this.family === 4 ? 'iptables-save' : 'ip6tables-save'}\` would show it)`;
    return gapRule(chain, detail, this.problems.at(number));
  }

  private command({ number, text, tokens }: Extract<ScriptLine, { kind: 'command' }>): void {
    const named = readCommandLine(tokens, { family: this.family }, false);
    const name = named.table ?? 'filter';
    if (!isTableName(name)) return this.problems.add(number, text, `there is no table ${name}`);
    const table = this.tables.get(name) ?? this.unseen(name, number);
    this.tables.set(name, table);
    const line = readCommandLine(tokens, { family: this.family, isChain: table.isChain }, false);
    if (line.otherFamily) return this.problems.add(number, text, 'a command for the other family, which iptables refuses');
    this.apply(table, line, number, text);
  }

  private apply(table: OpenTable, line: CommandLine, number: number, text: string): void {
    const { command = '', chain: name, value } = line;
    const chain = name === undefined ? undefined : table.chains.get(name);
    if (LISTS.has(command)) return;
    if (command === 'F') this.flush(table, name, number);
    else if (command === 'X') this.dropChains(table, chain, name);
    else if (command === 'N' && name !== undefined) this.newChain(table, name, number);
    else if (command === 'P' && chain !== undefined && (value === 'ACCEPT' || value === 'DROP'))
      table.chains.set(chain.name, { name: chain.name, rules: chain.rules, origin: this.problems.at(number), policy: value });
    else if ((command === 'A' || command === 'I') && name !== undefined) this.rule(table, line, name, number);
    else this.lost(table, name, number, text, command);
  }

  private mayFail(number: number): void {
    if (this.errexit) this.endedAt ??= number;
  }

  /** A chain's place is not known (`-D`, `-R`, `-E`): so is what the table holds. */
  private lost(table: OpenTable, name: string | undefined, number: number, text: string, command: string): void {
    this.mayFail(number);
    this.problems.add(number, text, command === '' ? 'no command, such as -A' : `what -${command} does in a script is not followed`);
    const chain = name === undefined || command === 'E' ? undefined : table.chains.get(name);
    if (chain === undefined) this.tables.set(table.name, this.unseen(table.name, number));
    else chain.rules = [this.gap(chain.name, table.name, number)];
  }

  private flush(table: OpenTable, name: string | undefined, number: number): void {
    if (name !== undefined) this.chain(table, name, number).rules = NO_RULES;
    else {
      for (const one of table.chains.values()) one.rules = NO_RULES;
      this.flushed.add(table.name);
    }
  }

  private dropChains(table: OpenTable, chain: OpenChain | undefined, name: string | undefined): void {
    if (chain !== undefined && chain.rules.length === 0 && !isBuiltIn(chain.name)) table.chains.delete(chain.name);
    if (name !== undefined) return;
    if (this.flushed.has(table.name)) this.emptied.add(table.name);
    for (const one of [...table.chains.values()]) if (!isBuiltIn(one.name) && one.rules.length === 0) table.chains.delete(one.name);
  }

  /** Where the chain was there before, the command fails and changes nothing. */
  private newChain(table: OpenTable, name: string, number: number): void {
    if (table.chains.has(name) || !this.emptied.has(table.name)) this.mayFail(number);
    this.chain(table, name, number);
  }

  /** A chain that the script names; it may have been there before. */
  private chain(table: OpenTable, name: string, number: number): OpenChain {
    const known = table.chains.get(name);
    if (known !== undefined) return known;
    this.problems.name(CHAIN, name, number, name);
    const rules = this.flushed.has(table.name) ? NO_RULES : [this.gap(name, table.name, number)];
    const made: OpenChain = { name, rules, origin: this.problems.at(number) };
    table.chains.set(name, made);
    return made;
  }

  /**
   * A rule that iptables refuses stays undecidable: it may be there, and do anything. Of a chain that nothing has made, and of a jump to one, it
   * is not known whether iptables took the rule: the chain may have been there before.
   */
  private rule(table: OpenTable, line: CommandLine, name: string, number: number): void {
    const isThere = table.chains.has(name);
    const chain = this.chain(table, name, number);
    if (!isThere) chain.rules = [this.gap(name, table.name, number)];
    const rule = new LazyRule(name, ruleLine(line), number, table, undefined);
    const jump = rule.spec.target?.name;
    const isSure = jump === undefined || table.chains.has(jump) || findTarget(jump) !== undefined;
    if (!isSure || !isThere || compileRule(rule, table, table.family).problems.length > 0) this.mayFail(number);
    const at = line.command === 'A' ? chain.rules.length : Number(line.value ?? 1) - 1;
    const isPlaced = at >= 0 && at <= chain.rules.length && (line.command === 'A' || chain.rules.slice(0, at).every(isShown));
    const gap = this.gap(name, table.name, number);
    chain.rules = isPlaced ? chain.rules.toSpliced(at, 0, isSure ? rule : gap) : [gap];
  }
}

const isShown = (rule: Rule): boolean => rule.gap === undefined;
