import type { VerdictAction } from '../../verdict-action.js';
import type { NftRule, NftTable } from '../../../model/nftables/ruleset.js';
import type { Origin } from '../../../model/origin.js';
import type { AnonymousChain, Statement, Verdict } from '../ast.js';

const names = new WeakMap<AnonymousChain, string>();

/** Names chains that stand where they are called: the kernel numbers them, no listing tells how (nf_tables_addchain). */
class Namer {
  private count = 0;
  readonly chains = new Map<string, readonly Pick<NftRule, 'text' | 'origin' | 'statements' | 'errors'>[]>();

  visit(statements: readonly Statement[], origin: Origin): void {
    for (const statement of statements) {
      if (statement.kind === 'verdict') this.verdict(statement.verdict, origin);
      if (statement.kind !== 'vmap' || statement.data.kind !== 'set' || statement.data.elements.kind !== 'list') continue;
      for (const { data } of statement.data.elements.of) if (data?.kind === 'verdict') this.verdict(data.verdict, origin);
    }
  }

  private verdict(verdict: Verdict, { file }: Origin): void {
    if ((verdict.kind !== 'jump' && verdict.kind !== 'goto') || typeof verdict.chain === 'string') return;
    const name = names.get(verdict.chain) ?? `__chain${this.count}`;
    this.count += 1;
    names.set(verdict.chain, name);
    const rules = verdict.chain.rules.map(({ statements, text, line }) => ({ statements, text, errors: [], origin: { file, line } }));
    this.chains.set(name, rules);
    for (const { statements, origin } of rules) this.visit(statements, origin);
  }
}

/** @returns the rules of the chains of a table that stand where they are called, by the names given to them. */
export function anonymousChains(table: NftTable): Namer['chains'] {
  const namer = new Namer();
  for (const { rules } of table.chains.values()) for (const { statements, origin } of rules) namer.visit(statements, origin);
  return namer.chains;
}

function chainName({ chain }: Extract<Verdict, { kind: 'jump' | 'goto' }>, table: NftTable): string {
  if (typeof chain === 'string') return chain;
  if (!names.has(chain)) anonymousChains(table);
  return names.get(chain) ?? '';
}

/** @returns what a verdict does. A chain that the listing does not show may do anything. */
export function verdictAction(verdict: Verdict, table: NftTable): VerdictAction {
  switch (verdict.kind) {
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
      return { kind: verdict.kind };
    case 'jump':
    case 'goto': {
      const chain = chainName(verdict, table);
      if (typeof verdict.chain !== 'string' || table.chains.has(chain)) return { kind: verdict.kind, chain };
      const detail = `chain ${chain} of table ${table.family} ${table.name}, which the listing does not show`;
      return { kind: 'gap', detail, rule: true };
    }
  }
}

/** @returns a verdict as `nft monitor trace` prints it. */
export function verdictText(verdict: Verdict, table: NftTable): string {
  return verdict.kind === 'jump' || verdict.kind === 'goto' ? `${verdict.kind} ${chainName(verdict, table)}` : verdict.kind;
}
