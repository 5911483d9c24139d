import type { Rule, TableName } from '../../model/netfilter.js';
import type { Origin } from '../../model/origin.js';
import { NO_RULES, type OpenChain } from './saved-table.js';
import { BUILT_IN, isBuiltIn } from './table-told.js';

/** A table under way, of whatever listing. */
export interface TableUnderWay {
  readonly name: TableName;
  readonly file: string;
  readonly chains: Map<string, OpenChain>;
}

/** How a table's listing ended. */
export interface TableEnd {
  /** The command that shows it whole. */
  readonly command: string;
  /** No end was seen: what comes last may lack rules. */
  readonly cut: boolean;
  /** Built-in chains that are not declared have no rules: iptables-nft leaves out those that were never made. */
  readonly sparse: boolean;
  readonly last: OpenChain | undefined;
  readonly line: number;
}

/** @returns what stands in a chain for rules that are not shown. */
export function gapRule(chain: string, detail: string, origin: Origin): Rule {
  return { chain, text: `(${detail})`, spec: { matches: [], errors: [] }, origin, gap: detail };
}

/** Puts a place into a chain where rules may be missing. */
export function addGap(chain: OpenChain, detail: string, origin: Origin): void {
  const gap = gapRule(chain.name, detail, origin);
  if (chain.rules === NO_RULES) chain.rules = [gap];
  else if (chain.rules.at(-1)?.gap === undefined) chain.rules.push(gap);
}

/** @returns the chains declared behind one; all of them where it is undefined. */
export function declaredAfter(table: TableUnderWay, chain: OpenChain | undefined): OpenChain[] {
  const all = [...table.chains.values()];
  return chain === undefined ? all : all.slice(all.indexOf(chain) + 1);
}

function shown(table: TableName, chain: string, file: string, command: string): string {
  return `the rules of ${table} ${chain} that ${file} does not show (\`${command}\` would)`;
}

function policyOf({ name, file }: TableUnderWay, chain: string, command: string): string {
  return `the policy of ${name} ${chain}, which ${file} does not show (\`${command}\` would)`;
}

/** Fills a table with what its listing leaves open: chains that are not shown, rules behind its cut, policies. */
export function closeTable(table: TableUnderWay, { command, cut, sparse, last, line }: TableEnd): boolean {
  const { file, name } = table;
  const at: Origin = { file, line };
  let open = cut;
  for (const chain of table.chains.values())
    if (chain.policy === undefined && isBuiltIn(chain.name)) {
      open = true;
      table.chains.set(chain.name, Object.assign(chain, { policy: 'ACCEPT', policyUnseen: policyOf(table, chain.name, command) }));
    }
  if (cut)
    for (const chain of [...(last === undefined ? [] : [last]), ...declaredAfter(table, last)])
      addGap(chain, shown(name, chain.name, file, command), at);
  if (sparse) return open;
  for (const built of BUILT_IN[name]) {
    if (table.chains.has(built)) continue;
    // nat INPUT came with Linux 2.6.36, security is rarely there: nothing hangs on the former
    if (name === 'nat' && built === 'INPUT') continue;
    open = true;
    const detail = shown(name, built, file, command);
    const policyUnseen = policyOf(table, built, command);
    table.chains.set(built, { name: built, policy: 'ACCEPT', policyUnseen, rules: [gapRule(built, detail, at)], origin: at });
  }
  return open;
}
