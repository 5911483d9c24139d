import { familyOf, type Family, type Ip } from '../../address/ip.js';
import type { Machine } from '../../datapath/index.js';
import { Partition } from '../classes/partition.js';
import { allAddresses } from '../../address/ranges.js';
import { single } from './specific-rules.js';
import { tableConditions } from '../classes/table-conditions.js';

function ranges(net: { readonly addr: Ip; readonly length: number } | undefined, family: Family): readonly (readonly [Ip, Ip][])[] {
  if (net === undefined || net.length <= 0 || familyOf(net.addr) !== family) return [];
  const bits = BigInt(family === 4 ? 32 - net.length : 128 - net.length);
  const last = BigInt(net.addr) + (1n << bits) - 1n;
  return [[[net.addr, family === 4 ? Number(last) : last]]];
}

/**
 * @param members addresses of containers: rules that name one of them are left out.
 * @returns how all other rules, routes and policy rules part addresses.
 */
export function partitionBesides(machine: Machine, members: ReadonlySet<Ip>, family: Family): Partition {
  const names = (condition: Parameters<typeof single>[0]): boolean => {
    const ip = single(condition);
    return ip !== undefined && members.has(ip);
  };
  const conditions = [...machine.namespaces.values()].flatMap((ns) => [
    ...ns.netns.routes.flatMap((route) => [route.dst, route.src]).flatMap((net) => ranges(net, family)),
    ...ns.netns.rules.flatMap((rule) => [rule.from, rule.to]).flatMap((net) => ranges(net, family)),
    ...ns.netns.rulesets
      .filter((set) => set.family === family)
      .flatMap((set) =>
        [...set.tables.values()].flatMap((t) => [...tableConditions(ns, t, family, (head) => names(head.src) || names(head.dst))]),
      ),
  ]);
  return new Partition(allAddresses(family)[0]!, conditions);
}
