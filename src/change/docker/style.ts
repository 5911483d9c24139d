import { engineMajor, standInsOf } from '../../inventory/index.js';
import type { Host, Netns } from '../../model/host.js';
import type { Ruleset } from '../../model/netfilter.js';
import { HOST_NETNS } from '../../model/netns.js';
import type { RuleFacts } from '../../netfilter/index.js';
import { factsIn } from '../../netfilter/iptables/index.js';
import { refuse, type Change } from '../change.js';
import { isNative } from './native-table.js';

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

/** The chain that Engines since 28 lead forwarded packets through (moby, iptabler/iptabler.go). */
const SINCE_28 = 'DOCKER-FORWARD';

/**
 * @returns whether the Engine is 28 or later, by the chains that it made, and by its version; undefined where the snapshot shows neither.
 *   One that writes nftables is.
 */
export function isSince28(host: Host): boolean | undefined {
  if (isNative(host)) return true;
  const filters = (host.netns.get(HOST_NETNS)?.rulesets ?? []).flatMap(({ tables }) => tables.get('filter') ?? []);
  if (filters.some(({ chains }) => chains.has(SINCE_28))) return true;
  const major = engineMajor(host);
  if (major !== undefined) return major >= 28;
  return filters.some(({ chains }) => chains.has('DOCKER')) ? false : undefined;
}

/**
 * Which rules an Engine would write is not guessed: those of 28 shut off what those of one before let through.
 * @throws WhatIfError where the snapshot does not show which Engine it is.
 */
export function checkGeneration(host: Host, change: Change): void {
  if (isSince28(host) === undefined)
    refuse(
      change,
      'which rules Docker writes for it hangs on its version, which the snapshot does not show: `docker version` (docker/version.json) or the chains of iptables-save tell',
    );
}

/** Reads an Engine's style from the rules it wrote, and from its version where it wrote none. */
export function engineStyle(host: Host): EngineStyle {
  const root: Netns | undefined = host.netns.get(HOST_NETNS);
  const inNat = (root?.rulesets ?? []).flatMap((set) => natRules(set));
  const standIns = standInsOf(host);
  const duties = new Set((root?.sockets ?? []).flatMap((s) => (s.process === undefined ? [] : (standIns.of(s)?.duty ?? []))));
  const [held, proxied] = [duties.has('holder'), duties.has('proxy')];
  const published = inNat.some(({ translates }) => translates.some(({ manip }) => manip === 'dst'));
  const proxy = proxied || inNat.some(({ action }) => action.kind === 'return') || (!held && !published);
  return { since28: isSince28(host) === true, proxy };
}
