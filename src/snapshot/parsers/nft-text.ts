import type { ForeignBaseChain } from '../../model/netfilter.js';
import { linesOf, type Line, type ProblemList } from './source.js';

type Draft = { -readonly [K in keyof ForeignBaseChain]: ForeignBaseChain[K] };

const PRIORITIES: ReadonlyMap<string, number> = new Map([
  ['raw', -300],
  ['mangle', -150],
  ['dstnat', -100],
  ['filter', 0],
  ['security', 50],
  ['srcnat', 100],
]);
const HOOK = /^type \S+ hook (\S+)(?: devices? .*?)? priority (\w+|-\d+)(?: ([+-]) (\d+))?;(?: policy (\w+);)?/;

function priorityOf(name: string, sign: string | undefined, offset: string | undefined): number | undefined {
  const base = PRIORITIES.get(name) ?? (/^-?\d+$/.test(name) ? Number(name) : undefined);
  return base === undefined ? undefined : base + Number(offset ?? 0) * (sign === '-' ? -1 : 1);
}

class NftText {
  readonly chains: Draft[] = [];
  private table: { family: string; name: string } | undefined;
  private chain: string | undefined;
  private base: Draft | undefined;
  /** Braces open inside a chain or another object of the table. */
  private depth = 0;

  constructor(private readonly problems: ProblemList) {}

  line({ text, number }: Line): void {
    const line = text.trim();
    const table = /^table (?:(\S+) )?(\S+) \{$/.exec(line);
    if (line.startsWith('#')) return;
    if (this.table === undefined) {
      if (table === null) this.problems.add(number, line, 'not a line of nft list ruleset');
      else this.table = { family: table[1] ?? 'ip', name: table[2] ?? '' };
    } else this.inTable(line, number, this.table);
  }

  /** Tells of a table that nothing closes. */
  end(lines: number): void {
    if (this.table !== undefined)
      this.problems.cut(
        lines,
        `table ${this.table.family} ${this.table.name}`,
        'the file ends inside this table: it was cut, chains may be missing',
      );
  }

  private inTable(line: string, number: number, table: { family: string; name: string }): void {
    const opens = [...line].filter((c) => c === '{').length - [...line].filter((c) => c === '}').length;
    if (this.depth === 0 && line === '}') this.table = undefined;
    else if (this.depth === 0) {
      this.chain = /^chain (\S+) \{$/.exec(line)?.[1];
      this.base = undefined;
      this.depth += opens;
    } else {
      this.depth += opens;
      if (this.depth > 0 && this.chain !== undefined) this.inChain(line, number, table, this.chain);
    }
  }

  private inChain(line: string, number: number, table: { family: string; name: string }, chain: string): void {
    const head = HOOK.exec(line);
    if (head === null) {
      if (this.base !== undefined) this.base.rules++;
      return;
    }
    const priority = priorityOf(head[2] ?? '', head[3], head[4]);
    if (priority === undefined) return this.problems.add(number, line, 'unknown priority of a base chain');
    const where = { family: table.family, table: table.name, chain, hook: head[1] ?? '' };
    this.base = { ...where, priority, policy: head[5] ?? 'accept', rules: 0, origin: this.problems.at(number) };
    this.chains.push(this.base);
  }
}

/** Reads the base chains of `nft list ruleset`. */
export function parseNftText(text: string, problems: ProblemList): readonly ForeignBaseChain[] {
  const reader = new NftText(problems);
  for (const line of linesOf(text)) reader.line(line);
  reader.end(text.trimEnd().split('\n').length);
  return reader.chains;
}
