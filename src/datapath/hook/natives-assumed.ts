import type { Assumption } from '../../model/assumption.js';

/**
 * Says that native rules which nothing tells of are taken to be none.
 * @param names of namespaces, as words. @param many how many they are. @param files which would show the rules.
 */
export function nativesAssumed(names: string, many: number, files: string): Assumption {
  const detail = `${names} ${many === 1 ? 'is' : 'are'} taken to have no native nftables rules, which \`nft -j list ruleset\` would show (${files})`;
  return { category: 'missing', choice: 'missing=nft=open', detail, given: false };
}
