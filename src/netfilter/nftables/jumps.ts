import type { NftChain, NftRule, NftTable, Statement, Verdict } from './ast.js';

/** NFT_JUMP_STACK_SIZE: so many chains call each other at most. */
const DEEPEST = 16;

function named(verdict: Verdict, table?: NftTable): readonly string[] {
  if (verdict.kind !== 'jump' && verdict.kind !== 'goto') return [];
  if (typeof verdict.chain === 'string') return [verdict.chain];
  return verdict.chain.rules.flatMap(({ statements }) => statements.flatMap((statement) => targetsOf(statement, table)));
}

/** The chains that a statement leads to, by the elements of its own map or of one of its table's. */
function targetsOf(statement: Statement, table?: NftTable): readonly string[] {
  if (statement.kind === 'verdict') return named(statement.verdict, table);
  if (statement.kind !== 'vmap') return [];
  const { data } = statement;
  const elements = data.kind === 'set' ? data.elements : table?.sets.get(data.name)?.elements;
  if (elements?.kind !== 'list') return [];
  return elements.of.flatMap(({ data: to }) => (to?.kind === 'verdict' ? named(to.verdict, table) : []));
}

/** @returns the chains of its table that a rule leads to, also by the entries of a map. */
export function ledTo({ statements }: Pick<NftRule, 'statements'>, table: NftTable): ReadonlySet<string> {
  return new Set(statements.flatMap((statement) => targetsOf(statement, table)));
}

/** @returns the chains of its table that a chain's rules lead to. */
export function calledBy(chain: NftChain, table: NftTable): ReadonlySet<string> {
  return new Set(chain.rules.flatMap((rule) => [...ledTo(rule, table)]));
}

/** @returns whether a rule of the table, or an entry of one of its maps, leads to the chain. */
export function isCalled(table: NftTable, name: string): boolean {
  const byMap = [...table.sets.values()].some(
    ({ elements }) =>
      elements.kind === 'list' && elements.of.some(({ data }) => data?.kind === 'verdict' && named(data.verdict).includes(name)),
  );
  return byMap || [...table.chains.values()].some((chain) => calledBy(chain, table).has(name));
}

/** @returns why the kernel does not take the jumps of a table (nf_tables_check_loops, nft_chain_validate), undefined where it does. */
export function jumpFault(table: NftTable): string | undefined {
  const calls = new Map([...table.chains].map(([name, chain]) => [name, calledBy(chain, table)]));
  for (const [name, called] of calls) {
    const base = [...called].find((to) => table.chains.get(to)?.base !== undefined);
    if (base !== undefined) return `Operation not supported: chain ${name} leads to ${base}, which is a base chain`;
  }
  const fits = new Map<string, number>();
  const depth = (name: string, above: ReadonlySet<string>): number => {
    if (above.has(name)) return Infinity;
    const known = fits.get(name);
    if (known !== undefined) return known;
    const below = new Set(above).add(name);
    const deepest = 1 + Math.max(0, ...[...(calls.get(name) ?? [])].map((to) => depth(to, below)));
    fits.set(name, deepest);
    return deepest;
  };
  for (const [name, { base }] of table.chains) {
    const levels = base === undefined ? 0 : depth(name, new Set());
    if (levels === Infinity) return `Too many links: the chains that ${name} leads to call each other in a circle`;
    if (levels > DEEPEST) return `Too many links: chains call each other ${levels} deep from ${name} on, and ${DEEPEST} is the most`;
  }
  return undefined;
}
