import { engineMajor, standInsOf } from '../../inventory/index.js';
import type { Host, Netns } from '../../model/host.js';
import type { Ruleset } from '../../model/netfilter.js';
import { HOST_NETNS } from '../../model/netns.js';
import type { RuleFacts } from '../../netfilter/index.js';
import { factsIn } from '../../netfilter/iptables/index.js';

/** What shows how an Engine writes its rules: its generation, and whether docker-proxy runs. */
export interface EngineStyle {
  /** Since 28: containers are shut off from other links in `raw`, and rules are put before the closing drops. */
  readonly since28: boolean;
  /** userland-proxy is on: bridges keep out of the nat chain, so hairpin traffic goes by the proxy. */
  readonly proxy: boolean;
}

function natRules(set: Ruleset): readonly RuleFacts[] {
  const nat = set.tables.get('nat');
  if (nat === undefined) return [];
  const facts = factsIn(nat, set.family);
  return (nat.chains.get('DOCKER')?.rules ?? []).map((rule) => facts.of(rule));
}

/** Reads an Engine's style from the rules it wrote, and from its version where it wrote none. */
export function engineStyle(host: Host): EngineStyle {
  const root: Netns | undefined = host.netns.get(HOST_NETNS);
  const rules = (root?.rulesets ?? []).flatMap((set) =>
    [...set.tables.values()].flatMap((table) => [...table.chains.values()].flatMap((c) => c.rules)),
  );
  const since28 = rules.some((r) => r.chain === 'DOCKER-FORWARD') || (engineMajor(host) ?? 0) >= 28;
  const inNat = (root?.rulesets ?? []).flatMap((set) => natRules(set));
  const standIns = standInsOf(host);
  const duties = new Set((root?.sockets ?? []).flatMap((s) => (s.process === undefined ? [] : (standIns.of(s)?.duty ?? []))));
  const [held, proxied] = [duties.has('holder'), duties.has('proxy')];
  const published = inNat.some(({ translates }) => translates.some(({ manip }) => manip === 'dst'));
  return { since28, proxy: proxied || inNat.some(({ action }) => action.kind === 'return') || (!held && !published) };
}
