import { isLoopback, type Ip } from '../../address/ip.js';
import type { Machine } from '../../datapath/index.js';
import type { NetnsState } from '../../datapath/netns-state.js';

/** @returns the addresses at which others can ask for a namespace. */
export function addressesOf(ns: NetnsState): readonly Ip[] {
  const up = [...ns.interfaces.values()].filter((i) => i.up && i.detail.kind !== 'loopback');
  return up.flatMap((i) => i.addresses.filter((a) => a.scope !== 'link' && !isLoopback(a.ip)).map((a) => a.ip));
}

/** @returns the host's addresses, those beside its default route first. */
export function hostAddresses(machine: Machine): readonly Ip[] {
  const uplinks = new Set(
    machine.root.netns.routes.filter((r) => r.dst.length === 0 && r.type === 'unicast').flatMap((r) => r.nexthops.map((h) => h.dev)),
  );
  const all = addressesOf(machine.root);
  const first = all.filter((ip) => [...uplinks].some((dev) => dev !== undefined && machine.root.ownsOn(dev, ip)));
  return [...first, ...all.filter((ip) => !first.includes(ip))];
}
