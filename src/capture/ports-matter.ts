import { isLoopback } from '../address/ip.js';
import type { Host } from '../model/host.js';
import type { RuleHead } from '../model/netfilter.js';

/** Matches that may look at the client's port, by the words of their rules: a comment that holds them costs time, and nothing else. */
const PORT_MATCH = /--(?:s|source-)ports?\b|--ports\b|-m (?:u32|bpf|set|string|cluster)\b|-j (?:HMARK|TPROXY)\b/;
/** Docker's resolver in each container's namespace answers from its own loopback address; its answers never leave it. */
function isOwnResolvers(head: RuleHead | undefined): boolean {
  const src = head?.src;
  return src !== undefined && !src.negated && src.value.length >= 8 && isLoopback(src.value.addr);
}

/**
 * @returns whether something in a host may go by the client's port: a rule, a policy route, or a route of several next hops, which a hash chooses
 * from. Where nothing does, all of a client's connections to a server go the same way.
 */
export function portsMatter({ netns }: Host): boolean {
  return [...netns.values()].some(
    ({ rulesets, rules, routes }) =>
      rules.some(({ sport }) => sport !== undefined) ||
      routes.some(({ nexthops }) => nexthops.length > 1) ||
      rulesets.some(({ tables }) =>
        [...tables.values()].some(({ chains }) =>
          [...chains.values()].some((chain) => chain.rules.some(({ text, head }) => PORT_MATCH.test(text) && !isOwnResolvers(head))),
        ),
      ),
  );
}
