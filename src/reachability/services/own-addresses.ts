import { familyOf, isLoopback, type Ip } from '../../address/ip.js';
import type { Machine, NetnsState } from '../../datapath/index.js';
import type { NetInterface } from '../../model/link.js';

/**
 * An IPv4 address of a device that is down is answered at as well: its local route stays (fib_sync_down_dev spares RT_SCOPE_NOWHERE), IPv6's goes
 * (addrconf_ifdown). Addresses that an operator gave to `lo` are asked for like any other.
 * @returns the addresses at which others can ask for a namespace, those of devices that are up first.
 */
export function addressesOf(ns: NetnsState): readonly Ip[] {
  const up = [...ns.interfaces.values()].filter((i) => i.up);
  const down = [...ns.interfaces.values()].filter((i) => !i.up);
  const askedAt = (i: NetInterface): readonly Ip[] =>
    i.addresses.flatMap(({ ip, scope }) => (scope === 'link' || isLoopback(ip) || (!i.up && familyOf(ip) === 6) ? [] : [ip]));
  return [...up, ...down].flatMap(askedAt);
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
