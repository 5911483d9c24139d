import type { Family } from '../../address/ip.js';
import type { Ruleset, Table, TableName } from '../../model/netfilter.js';
import { CHAIN } from '../../names/index.js';
import { replaceTable } from './saved-edits.js';
import { addGap, closeTable, declaredAfter } from './saved-gaps.js';
import { NO_RULES, OpenTable, type OpenChain } from './saved-table.js';
import { ProblemList } from './source.js';
import { BUILT_IN, isBuiltIn } from './table-told.js';

export const TABLE_NAMES: readonly TableName[] = ['raw', 'mangle', 'nat', 'filter', 'security'];
const TABLES: ReadonlySet<string> = new Set(TABLE_NAMES);
/** Chains with rules but no declaration: each is told, and iptables-restore would refuse the file at the first. */
const MOST_MADE_UP = 1000;

/** @returns whether a name is that of a table of iptables. */
export function isTableName(name: string): name is TableName {
  return TABLES.has(name);
}

/** A table of the file, from its first line to its COMMIT. */
export interface TablePassage {
  readonly table: OpenTable;
  /** Line of its COMMIT; absent where there is none. */
  committed?: number;
}

/** The tables of a listing while its lines are read: the one under way, its last chain, what could not be read of it. */
export class TablesUnderWay {
  readonly tables = new Map<TableName, Table>();
  readonly passages: TablePassage[] = [];
  readonly problems: ProblemList;
  backend: Ruleset['backend'] = 'unknown';
  /** Tables that are not there may have rules all the same: the file was cut, or shows one table (`iptables -S`). */
  partial = false;
  /** The first line that iptables-restore refuses. */
  refusedAt: number | undefined;
  table: OpenTable | undefined;
  last: OpenChain | undefined;
  /** The table under way began without its `*table`: by `iptables -S`, or behind a cut. */
  headless = false;
  /** Why rules may be missing before the next one. */
  hole: string | undefined;
  /** The table of the same name that the one under way replaces. */
  private replaced: OpenTable | undefined;
  private madeUp = 0;

  constructor(
    readonly family: Family,
    private readonly file: string,
  ) {
    this.problems = new ProblemList(file);
  }

  get command(): string {
    return this.family === 4 ? 'iptables-save' : 'ip6tables-save';
  }

  /** Notes a line that is not understood, and that iptables-restore refuses. */
  refuse(number: number, text: string, message: string): void {
    this.refusedAt ??= number;
    this.problems.add(number, text, message);
  }

  /** The same of a line behind which rules may be missing. */
  unread(number: number, text: string, message: string): void {
    this.refuse(number, text, message);
    this.leaveHole(number);
  }

  leaveHole(number: number): void {
    this.refusedAt ??= number;
    if (this.table === undefined) this.partial = true;
    else {
      this.hole = `what stood in ${this.file}:${number} and was not understood (\`${this.command}\` would show it)`;
      if (this.last !== undefined) addGap(this.last, this.hole, this.problems.at(number));
    }
  }

  start(name: TableName): OpenTable {
    const first = this.tables.get(name);
    this.replaced = first instanceof OpenTable ? first : undefined;
    this.table = new OpenTable(name, this.family, this.file);
    this.tables.set(name, this.table);
    this.passages.push({ table: this.table });
    return this.table;
  }

  /** Ends a table: what its listing leaves open stands in it from now on. */
  close(line: number, cut: boolean): void {
    if (this.table === undefined) return;
    const sparse = !this.headless && !cut;
    closeTable(this.table, { command: this.command, cut: cut || this.hole !== undefined, sparse, last: this.last, line });
    const passage = this.passages.at(-1);
    if (passage !== undefined && !cut) passage.committed = line;
    if (this.replaced !== undefined) replaceTable(this.replaced, this.table, this.backend);
    this.replaced = undefined;
    this.partial ||= this.headless || cut;
    this.table = undefined;
    this.last = undefined;
    this.hole = undefined;
    this.headless = false;
  }

  declare(name: string, number: number, policy?: 'ACCEPT' | 'DROP'): OpenChain {
    this.problems.name(CHAIN, name, number, name);
    const origin = this.problems.at(number);
    const chain: OpenChain = policy === undefined ? { name, rules: NO_RULES, origin } : { name, rules: NO_RULES, origin, policy };
    this.table?.chains.set(name, chain);
    return chain;
  }

  redeclare(name: string, number: number, policy: 'ACCEPT' | 'DROP' | undefined): void {
    const chain = this.table?.chains.get(name);
    if (chain === undefined) this.declare(name, number, policy);
    else Object.assign(chain, { policy });
  }

  /** Goes on with another chain; lines that were not understood may have been rules of any between. */
  enter(name: string, text: string, number: number): void {
    const { table, hole } = this;
    if (table === undefined) return;
    let chain = table.chains.get(name);
    if (chain === undefined) {
      // the kernel makes its own chains; what policy they have is asked where it decides
      if (!this.isOwn(table, name)) {
        this.refuse(number, text, `chain ${name} is not declared in table ${table.name}`);
        this.last = undefined;
        if (this.madeUp++ >= MOST_MADE_UP) return;
      }
      chain = this.declare(name, number);
    }
    if (hole !== undefined) {
      const behind = declaredAfter(table, this.last);
      for (const other of behind.slice(0, behind.indexOf(chain) + 1)) addGap(other, hole, this.problems.at(number));
      this.hole = undefined;
    }
    this.last = chain;
  }

  isOwn(table: OpenTable, name: string | undefined): boolean {
    return name !== undefined && BUILT_IN[table.name].includes(name);
  }

  /** Two listings in one file: which of them holds, or whether both do (of two back ends, say), is not told. */
  twice(name: TableName, number: number): void {
    this.problems.add(number, `*${name}`, 'the table is in this file twice: only its first listing is read');
    const detail = `the second listing of table ${name}, which begins at ${this.file}:${number} and is not read`;
    for (const chain of this.tables.get(name)?.chains.values() ?? [])
      if (isBuiltIn(chain.name)) addGap(chain as OpenChain, detail, this.problems.at(number));
  }
}
