import type { Host, Netns } from '../../model/host.js';
import type { NetInterface } from '../../model/link.js';
import { HOST_NETNS } from '../../model/netns.js';
import { withOwnNetns } from '../members.js';

const SAME_EVERYWHERE = '00:00:00:00:00:00';

/** A device is in one namespace: its index, name and address together are in no other. */
const keyOf = ({ name, index, mac, linkIndex }: NetInterface): string | undefined =>
  mac === undefined || mac === SAME_EVERYWHERE ? undefined : `${name} ${index} ${mac} ${linkIndex ?? ''}`;

/** @returns for each namespace whose devices another shows as well, why its listing is in doubt, in a phrase. */
export function sharedDevices({ netns }: Host): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  const found = new Map<string, string>();
  for (const { name, interfaces } of netns.values())
    for (const device of interfaces) {
      const key = keyOf(device);
      if (key === undefined) continue;
      const other = first.get(key);
      if (other === undefined) first.set(key, name);
      else {
        found.set(name, `it shows ${device.name} with index ${device.index}, as the listing of ${other} does`);
        found.set(other, `it shows ${device.name} with index ${device.index}, as the listing of ${name} does`);
      }
    }
  return found;
}

/** Whether devices are each other's ends, as far as both listings tell. */
function isEndOf(end: NetInterface, other: NetInterface | undefined): boolean {
  return other !== undefined && (other.linkIndex === undefined || other.linkIndex === end.index);
}

/**
 * The other end of a container's device on a bridge of Docker is one of the host's, by its index.
 * @returns in a phrase, which device has none there; undefined where each has.
 */
export function lostPeer(host: Host, { name, interfaces }: Netns): string | undefined {
  const own = host.netns.get(HOST_NETNS);
  if (own?.sources.get('addr')?.state !== 'whole') return undefined;
  const container = withOwnNetns(host).find((one) => one.netns === name && one.rootless !== true);
  const bridged = new Set(host.networks.filter(({ driver }) => driver === 'bridge').map((one) => one.name));
  const ips = new Set(container?.endpoints.flatMap(({ network, ip }) => (bridged.has(network) && ip !== undefined ? [ip] : [])));
  const byIndex = new Map(own.interfaces.map((one) => [one.index, one]));
  const lost = interfaces.find(
    (one) =>
      one.detail.kind === 'veth' &&
      one.linkIndex !== undefined &&
      one.linkName === undefined &&
      one.addresses.some(({ ip }) => ips.has(ip)) &&
      !isEndOf(one, byIndex.get(one.linkIndex)),
  );
  return lost === undefined
    ? undefined
    : `the other end of ${lost.name} would be device ${lost.linkIndex ?? 0} of the host, which is another`;
}

/** @returns in a phrase, a device that is a port of a bridge by `ip addr` and not by `bridge link`, or is not there at all. */
export function otherPorts({ interfaces, bridgePorts, sources }: Netns): string | undefined {
  const file = sources.get('bridge-link')?.file;
  const addr = sources.get('addr');
  if (addr?.state !== 'whole' || file === undefined) return undefined;
  const bridges = new Set(interfaces.flatMap(({ name, detail }) => (detail.kind === 'bridge' ? [name] : [])));
  const listed = new Map(bridgePorts.filter(({ origin }) => origin.file === file).map((port) => [port.iface, port.bridge]));
  const lost = interfaces.find(({ name, master }) => master !== undefined && bridges.has(master) && listed.get(name) !== master);
  if (lost !== undefined) return `it lacks ${lost.name}, which is a port of ${lost.master ?? ''} (${addr.file})`;
  const names = new Set(interfaces.map(({ name }) => name));
  const strange = [...listed.keys()].find((name) => !names.has(name));
  return strange === undefined ? undefined : `it shows ${strange}, which is not there (${addr.file})`;
}

/** @returns in a phrase, a device that a listing of a namespace's entries names, and that is not there. */
export function strangeDevice({ interfaces, sources }: Netns, devices: readonly string[]): string | undefined {
  const addr = sources.get('addr');
  if (addr?.state !== 'whole') return undefined;
  const names = new Set(interfaces.map(({ name }) => name));
  const strange = devices.find((name) => !names.has(name));
  return strange === undefined ? undefined : `it speaks of ${strange}, which is not there (${addr.file})`;
}
