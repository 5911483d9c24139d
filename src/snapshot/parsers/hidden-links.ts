import { familyOf } from '../../address/ip.js';
import type { NetInterface } from '../../model/link.js';
import type { LeftOut } from './source.js';

/**
 * What `ip -4 addr` and `ip -6 addr` do not show: print_addrinfo of iproute2 leaves out the link's own lines, and interfaces
 * without an address of the family, as ports of bridges are.
 * @param linkShown whether the listing shows a link-layer type or address of any interface.
 */
export function hiddenByFamily(interfaces: readonly NetInterface[], linkShown: boolean): { readonly leavesOut?: readonly LeftOut[] } {
  const addresses = interfaces.flatMap((iface) => iface.addresses);
  const [first] = addresses;
  if (linkShown || first === undefined) return {};
  const family = familyOf(first.ip);
  if (addresses.some(({ ip }) => familyOf(ip) !== family)) return {};
  // of all interfaces, the one without any address would be listed too
  if (interfaces.some((iface) => iface.addresses.length === 0)) return {};
  const why = `it shows interfaces with an IPv${family} address only, and not which of them are ports or ends of a pair (\`ip addr\` would)`;
  return { leavesOut: [{ why, what: ['links', 'ports', 'peers', family === 4 ? 'ipv6' : 'ipv4'] }] };
}

/** What `ifconfig` cannot show: masters and peers; without `-a` nothing that is down. */
export function hiddenByIfconfig(interfaces: readonly NetInterface[]): readonly LeftOut[] {
  const all = interfaces.some((iface) => !iface.up);
  const down = all ? '' : ', nor interfaces that are down';
  const why = `ifconfig shows neither ports of bridges nor ends of a pair${down} (\`ip addr\` would)`;
  return [{ why, what: all ? ['ports', 'peers'] : ['links', 'ports', 'peers'] }];
}
