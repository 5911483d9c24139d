import { formatIp, parseIp } from '../address/ip.js';
import type { Host } from '../model/host.js';

/**
 * Names for addresses: containers by their networks, namespaces by their interfaces. Loopback addresses name nobody.
 * @returns a look-up of canonical address texts.
 */
export function namesOf(host: Host): (ip: string) => string | undefined {
  const names = new Map<string, string>();
  for (const container of host.containers)
    for (const { ip, ip6 } of container.endpoints)
      for (const address of [ip, ip6]) if (address !== undefined) names.set(formatIp(address), container.name);
  for (const { name, interfaces } of host.netns.values())
    for (const { detail, addresses } of interfaces)
      for (const { ip, scope } of addresses)
        if (detail.kind !== 'loopback' && scope !== 'link' && !names.has(formatIp(ip))) names.set(formatIp(ip), name);
  return (ip) => names.get(ip);
}

/** @returns the canonical text of an address, or the text itself where it is none. */
export function canonical(text: string): string {
  const ip = parseIp(text);
  return ip === undefined ? text : formatIp(ip);
}
