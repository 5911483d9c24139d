import type { Container, Host, Netns } from '../../model/host.js';
import type { NetInterface } from '../../model/link.js';
import { HOST_NETNS } from '../../model/netns.js';
import { addressesOf } from './addressing.js';
import { attachmentsOf, networksOf, type DeviceAttachment, type Networks } from './attachment.js';

/** `ip addr` without `-d` shows a child of another device as any Ethernet device: the network that its address is on tells. */
function withKind(iface: NetInterface, attachments: readonly DeviceAttachment[]): NetInterface {
  if (iface.detail.kind !== 'ether' || iface.linkIndex === undefined) return iface;
  const own = attachments.find(({ endpoint }) => addressesOf(endpoint).some(({ ip }) => iface.addresses.some((a) => a.ip === ip)));
  return own?.kind === 'stacked' ? { ...iface, detail: own.detail } : iface;
}

/** Settings that no listing shows, as the container was started with them: nothing inside may write them, unless it is privileged. */
function withSettings(netns: Netns, { sysctls, privileged, origin }: Container): Netns {
  const lacking = [...(sysctls ?? [])].filter(([name]) => !privileged && !netns.sysctl.has(name));
  if (lacking.length === 0 || netns.sources.get('sysctl')?.state === 'whole') return netns;
  return { ...netns, sysctl: new Map([...netns.sysctl, ...lacking.map(([name, value]) => [name, { value, origin }] as const)]) };
}

function completed(netns: Netns, own: Container, networks: Networks, links: readonly NetInterface[]): Netns {
  const attachments = attachmentsOf(own.endpoints, networks, links);
  if (!attachments.some(({ kind }) => kind === 'stacked')) return withSettings(netns, own);
  return withSettings({ ...netns, interfaces: netns.interfaces.map((iface) => withKind(iface, attachments)) }, own);
}

/** Adds to the namespaces of running containers what Docker tells of them and their listings do not show. */
export function withWhatIsTold(host: Host): Host {
  const networks = networksOf(host);
  const links = host.netns.get(HOST_NETNS)?.interfaces ?? [];
  const netns = new Map(host.netns);
  for (const own of host.containers) {
    const known = netns.get(own.netns);
    if (known !== undefined && own.running && own.netns === own.name) netns.set(own.netns, completed(known, own, networks, links));
  }
  return { ...host, netns };
}
