import type { Rule, TableName } from '../../model/netfilter.js';
import { compileRule } from '../../netfilter/iptables/index.js';
import type { OpenTable } from './saved-table.js';
import type { TablesUnderWay } from './tables-under-way.js';

interface Refusal {
  readonly line: number;
  /** Of a line that was not told yet. */
  readonly told?: { readonly text: string; readonly why: string };
}

/** Why iptables-restore would not take a rule: its options, or a chain that it has not heard of yet. */
function whyRefused(rule: Rule, table: OpenTable): string | undefined {
  const problem = compileRule(rule, table, table.family).problems[0];
  if (problem !== undefined) return problem;
  const jump = rule.spec.target === undefined ? undefined : table.chains.get(rule.spec.target.name);
  return jump !== undefined && jump.origin.line > rule.origin.line
    ? `chain ${jump.name} is declared below it, in line ${jump.origin.line}`
    : undefined;
}

/** The first line that is refused, among those of which that was seen when they were read and those of which it was not. */
function firstRefused({ passages, refusedAt }: TablesUnderWay): Refusal | undefined {
  let first: Refusal | undefined = refusedAt === undefined ? undefined : { line: refusedAt };
  for (const { table } of passages)
    for (const chain of table.chains.values())
      for (const rule of chain.rules) {
        const { line } = rule.origin;
        if (rule.gap !== undefined || (first !== undefined && line >= first.line)) continue;
        const why = whyRefused(rule, table);
        if (why !== undefined) first = { line, told: { text: rule.text, why } };
      }
  return first;
}

/**
 * What becomes of a file that was written for iptables-restore, and of which it refuses a line: the program ends there. Tables whose COMMIT stands
 * above stay as the file says; of the one under way and of those behind it nothing is loaded, and the kernel keeps what it had
 * (iptables-restore.c, xtables-restore.c). What that is, the file does not tell: these tables are taken out.
 * @returns the tables of which the file tells nothing.
 */
export function unload(under: TablesUnderWay): readonly TableName[] {
  const refused = firstRefused(under);
  if (refused === undefined) return [];
  const kept = under.passages.filter(({ committed }) => committed !== undefined && committed < refused.line);
  const lost = under.passages.filter((passage) => !kept.includes(passage));
  for (const { table } of lost) under.tables.delete(table.name);
  for (const { table } of kept) under.tables.set(table.name, table);
  const names = [...new Set(lost.map(({ table }) => table.name))].filter((name) => !under.tables.has(name));
  if (names.length > 0) {
    const none = names.map((name) => `*${name}`).join(', ');
    under.problems.ends(
      refused.line,
      refused.told,
      `iptables-restore ends here and loads none of ${none}: what the kernel has instead, \`${under.command}\` shows`,
    );
  }
  return names;
}
