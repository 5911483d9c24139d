import { isLoopback } from '../address/ip.js';
import type { Host } from '../model/host.js';
import type { Rule, RuleHead } from '../model/netfilter.js';
import { conditionsOf, looksOf, readsBits, termsIn, type Predicate, type Term } from '../netfilter/index.js';
import { mayName } from '../netfilter/iptables/index.js';
import { nativeRuleFacts, type NativeRuleFacts } from '../netfilter/nftables/index.js';

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

/** Whether a term is the client's port, may read it among other bits, or is drawn: hashes are of ports too. */
const mayBeClientPort = (term: Term): boolean =>
  term.op === 'draw' || term.op === 'unknown' || (term.op === 'field' && term.field === 'sport') || readsBits(term);

function asksClientPort(condition: Predicate): boolean {
  switch (condition.op) {
    case 'in':
    case 'masked':
    case 'anybit':
      return condition.field === 'sport';
    case 'lookup':
      return termsIn(condition.key).some(mayBeClientPort);
    default:
      return false;
  }
}

const asksLoopback = (condition: Predicate): boolean =>
  condition.op === 'in' && condition.field === 'src' && condition.ranges.every(([lo, hi]) => isLoopback(lo) && isLoopback(hi));

/** The same of a native rule, by what it asks, looks up and computes with. */
function looksNatively({ facts, predicate }: NativeRuleFacts): boolean {
  const conditions = conditionsOf({ action: facts.action, predicate });
  if (conditions.some(asksLoopback)) return false;
  if (facts.readsBytes || facts.handsOver || conditions.some(asksClientPort)) return true;
  return termsIn(looksOf(facts.action).terms).some(mayBeClientPort);
}

/**
 * @returns whether something in a host may go by the client's port: a rule, a policy route, or a route of several next hops, which a hash chooses
 * from. Where nothing does, all of a client's connections to a server go the same way.
 */
export function portsMatter({ netns }: Host): boolean {
  return [...netns.values()].some(
    ({ rulesets, nftables, rules, routes }) =>
      rules.some(({ sport }) => sport !== undefined) ||
      routes.some(({ nexthops }) => nexthops.length > 1) ||
      Array.from(nativeRuleFacts(nftables?.tables ?? [])).some(looksNatively) ||
      rulesets.some(({ tables }) =>
        [...tables.values()].some(({ chains }) =>
          [...chains.values()].some((chain) => chain.rules.some((rule) => looksAtClientPort(rule) && !isOwnResolvers(rule.head))),
        ),
      ),
  );
}
