import type { ForeignBaseChain } from '../../model/netfilter.js';
import { NFT_NAME } from '../../names/index.js';
import { jsonList, type JsonView } from './json-view.js';
import { parseNftText } from './nft-text.js';
import { looksLikeJson, ProblemList, unlessRefused, type Parsed } from './source.js';

function key(view: JsonView, chainName: string | undefined): string {
  return [view.string('family'), view.string('table'), chainName].join('\0');
}

function chainOf(view: JsonView, counts: ReadonlyMap<string, number>): ForeignBaseChain[] {
  const hook = view.string('hook');
  const chain = view.name('name', NFT_NAME);
  if (hook === undefined) return [];
  if (chain === undefined) {
    view.reject('a chain without "name"');
    return [];
  }
  return [
    {
      family: view.string('family') ?? '',
      table: view.name('table', NFT_NAME) ?? '',
      chain,
      hook,
      priority: view.number('prio') ?? 0,
      policy: view.string('policy') ?? 'accept',
      rules: counts.get(key(view, chain)) ?? 0,
      origin: view.origin,
    },
  ];
}

/**
 * Reads `nft [-j] list ruleset`.
 * @returns every base chain with the number of its rules, those that iptables-nft made included.
 * @throws SnapshotError on broken JSON.
 */
export function parseNftRuleset(text: string, file: string): Parsed<readonly ForeignBaseChain[]> {
  const problems = new ProblemList(file);
  if (!looksLikeJson(text)) return { data: parseNftText(text, problems), problems: problems.list };
  const counts = new Map<string, number>();
  const chains: JsonView[] = [];
  for (const entry of jsonList(text, problems, 'nftables')) {
    const rule = entry.object('rule');
    const at = rule && key(rule, rule.string('chain'));
    if (at !== undefined) counts.set(at, (counts.get(at) ?? 0) + 1);
    const chain = entry.object('chain');
    if (chain?.has('hook')) chains.push(chain);
  }
  return { data: chains.flatMap((chain) => unlessRefused(() => chainOf(chain, counts)) ?? []), problems: problems.list };
}
