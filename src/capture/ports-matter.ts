import type { Host } from '../model/host.js';

/** Matches that may look at the client's port, by the words of their rules. */
const PORT_MATCH = /--(?:s|source-)ports?\b|--ports\b|-m (?:u32|bpf|set|string|cluster)\b|-j (?:HMARK|TPROXY)\b/;
/** Docker's resolver in each container's namespace; its answers never leave it. */
const OWN_RESOLVER = / -s 127\./;

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
          [...chains.values()].some((chain) => chain.rules.some(({ text }) => !OWN_RESOLVER.test(text) && PORT_MATCH.test(text))),
        ),
      ),
  );
}
