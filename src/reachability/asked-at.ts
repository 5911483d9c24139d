import { exampleOf, parseIp, type Ip } from '../address/ip.js';
import type { Machine } from '../datapath/index.js';
import { mappedOnto } from './mapped-addresses.js';
import { hostAddresses } from './own-addresses.js';

const TRANSLATES = / -j (?:DNAT|REDIRECT)\b/;
const LOOPBACK: readonly Ip[] = [parseIp('127.0.0.1')!, parseIp('::1')!];

/** Addresses that rules translate: nobody needs to have them. */
function* translated(machine: Machine): Generator<Ip> {
  for (const { tables } of machine.root.netns.rulesets)
    for (const chain of tables.get('nat')?.chains.values() ?? [])
      for (const rule of chain.rules) {
        const dst = rule.head?.dst;
        if (dst !== undefined && !dst.negated && TRANSLATES.test(rule.text)) yield exampleOf(dst.value);
      }
}

/** @returns the addresses of the host itself, its loopback ones among them: rules and `route_localnet` lead others there as well. */
export function hostAskedAt(machine: Machine): readonly Ip[] {
  return [...hostAddresses(machine), ...LOOPBACK];
}

/**
 * @returns the addresses by which others may get to a container besides its own: those of the host, those on which ports are
 *   published, and those that rules translate.
 */
export function askedAt(machine: Machine): readonly Ip[] {
  const published = machine.host.containers.flatMap((c) => (c.running ? c.published.flatMap(({ hostIp }) => hostIp ?? []) : []));
  const named = [...published, ...translated(machine), ...[...mappedOnto(machine)].map(({ ip }) => ip)].filter(
    (ip) => ip !== 0 && ip !== 0n,
  );
  return [...new Set([...hostAskedAt(machine), ...named])];
}
