import { parseIp, type Ip } from '../../address/ip.js';
import type { Container } from '../../model/host.js';
import type { Machine } from '../machine/machine.js';
import type { NetnsState } from '../machine/netns-state.js';

/** The bridge whose address the engine writes for `host-gateway`, unless `--host-gateway-ip` says another. */
const DEFAULT_BRIDGE = 'docker0';

/** @returns the container that asks, where one does. */
export function askerOf({ host }: Machine, client: NetnsState | undefined): Container | undefined {
  return client === undefined || client.isHost ? undefined : host.containers.find(({ netns }) => netns === client.name);
}

/** @returns the address that a container's /etc/hosts has for a name (`--add-host host.docker.internal:host-gateway`). */
export function addressInHosts({ root }: Machine, asker: Container, name: string): Ip | undefined {
  const address = asker.extraHosts?.get(name);
  if (address !== 'host-gateway') return address === undefined ? undefined : parseIp(address);
  return root.interfaces.get(DEFAULT_BRIDGE)?.addresses.find(({ ip }) => typeof ip === 'number')?.ip;
}
