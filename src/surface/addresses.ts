import { familyOf, isLoopback, type Family, type Ip } from '../address/ip.js';
import type { Machine, NetnsState } from '../datapath/index.js';
import { endpointAddresses } from '../inventory/index.js';
import type { Container } from '../model/host.js';
import type { NetInterface } from '../model/link.js';

/**
 * An IPv4 address of a device that is down is answered at as well: its local route stays (fib_sync_down_dev spares RT_SCOPE_NOWHERE), IPv6's goes
 * (addrconf_ifdown). Addresses that an operator gave to `lo` are asked for like any other.
 * @returns the addresses of a device that others can ask for.
 */
export function addressesOn({ addresses, up }: NetInterface): readonly Ip[] {
  return addresses.flatMap(({ ip, scope }) => (scope === 'link' || isLoopback(ip) || (!up && familyOf(ip) === 6) ? [] : [ip]));
}

/** @returns those of one family. */
export function ofFamily(addresses: readonly Ip[], family: Family): readonly Ip[] {
  return addresses.filter((ip) => familyOf(ip) === family);
}

/** @returns the addresses at which others can ask for a namespace, those of devices that are up first. */
export function addressesOf(ns: NetnsState): readonly Ip[] {
  const all = [...ns.interfaces.values()];
  return [...all.filter(({ up }) => up), ...all.filter(({ up }) => !up)].flatMap(addressesOn);
}

/** @returns a container's own addresses, of the listing of its namespace or of docker inspect. */
export function containerAddresses({ namespaces }: Machine, container: Container): readonly Ip[] {
  const ns = namespaces.get(container.netns);
  const listed = ns === undefined ? [] : addressesOf(ns);
  return listed.length > 0 ? listed : endpointAddresses(container);
}

/** @returns the host's addresses, those beside its default route first. */
export function hostAddresses({ root }: Machine): readonly Ip[] {
  const defaults = root.netns.routes.filter((r) => r.dst.length === 0 && r.type === 'unicast');
  const uplinks = new Set(defaults.flatMap((r) => r.nexthops.flatMap(({ dev }) => dev ?? [])));
  const all = addressesOf(root);
  const first = new Set([...uplinks].flatMap((dev) => (root.interfaces.get(dev)?.addresses ?? []).map(({ ip }) => ip)));
  return [...all.filter((ip) => first.has(ip)), ...all.filter((ip) => !first.has(ip))];
}
