import type { Host } from '../../model/host.js';
import type { NetInterface } from '../../model/link.js';

/**
 * The devices that Docker's bridge driver made for containers, with the bridge of the host that each one's other end is a port of (libnetwork,
 * drivers/bridge: CreateEndpoint). A rootless Engine's bridges are not the host's.
 */
export function dockerPorts(host: Host): ReadonlyMap<NetInterface, string> {
  const bridges = new Map(
    host.networks.flatMap(({ id, driver, bridge }) => (driver === 'bridge' && bridge !== undefined ? [[id, bridge]] : [])),
  );
  const ports = new Map<NetInterface, string>();
  for (const { netns, endpoints, rootless } of host.containers) {
    if (rootless === true) continue;
    for (const { networkId, ip, ip6 } of endpoints) {
      const bridge = bridges.get(networkId);
      const device = host.netns.get(netns)?.interfaces.find(({ addresses }) => addresses.some((a) => a.ip === ip || a.ip === ip6));
      if (bridge !== undefined && device !== undefined) ports.set(device, bridge);
    }
  }
  return ports;
}
