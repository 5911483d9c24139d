import { isLoopback } from '../address/ip.js';
import type { Host } from '../model/host.js';
import type { Rule, RuleHead } from '../model/netfilter.js';
import { mayName } from '../netfilter/iptables/index.js';

/** Of what may look at the client's port: matches that always may, options of the others, and targets. */
const MATCHES: ReadonlySet<string> = new Set(['u32', 'bpf', 'set', 'string', 'cluster']);
const OPTIONS: ReadonlySet<string> = new Set(['--sport', '--source-port', '--sports', '--source-ports', '--ports']);
const TARGETS: ReadonlySet<string> = new Set(['HMARK', 'TPROXY']);
/** Their names; options may be cut short on a command line. */
const WORDS = /port|--s[op]|u32|bpf|set|string|cluster|HMARK|TPROXY/;

function looksAtClientPort(rule: Rule): boolean {
  if (!mayName(rule, WORDS)) return false;
  const { matches, target } = rule.spec;
  const asks = matches.some(({ module, options }) => MATCHES.has(module) || options.some(({ flag }) => OPTIONS.has(flag)));
  return asks || (target !== undefined && TARGETS.has(target.name));
}

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
          [...chains.values()].some((chain) => chain.rules.some((rule) => looksAtClientPort(rule) && !isOwnResolvers(rule.head))),
        ),
      ),
  );
}
