import type { Endpoint, Host } from '../../model/host.js';
import type { BridgePort, NetInterface } from '../../model/link.js';
import { HOST_NETNS } from '../../model/netns.js';
import { FIRST_STAND_IN } from '../link/stand-in.js';
import { findPeers, peerKey } from '../machine/peers.js';
import type { DeviceAttachment } from './attachment.js';
import type { Resident } from './residents.js';
import { addressesOf } from './addressing.js';

/** IFNAMSIZ, without the zero at its end. */
const LONGEST_NAME = 15;

/** The port of the bridge that the container is behind: by its MAC address in the FDB, or the only one left. */
function portOf(host: Host, bridge: string, endpoint: Endpoint, paired: ReadonlySet<string>): NetInterface | undefined {
  const root = host.netns.get(HOST_NETNS);
  const free = (root?.bridgePorts ?? []).filter((p) => p.bridge === bridge && !paired.has(p.iface)).map((p) => p.iface);
  const learned = root?.fdb.find((e) => e.mac === endpoint.mac && free.includes(e.dev))?.dev;
  const name = learned ?? (free.length === 1 ? free[0] : undefined);
  return root?.interfaces.find((i) => i.name === name);
}

/** A name that a kernel would take (IFNAMSIZ): `verify` makes the interface. */
function hostSideName(container: string, number: number): string {
  const [before, after] = ['veth-of-', String(number)];
  return `${before}${container.replace(/[^\w.-]/g, '_').slice(0, LONGEST_NAME - before.length - after.length)}${after}`;
}

/** Devices that containers must have by what Docker tells of them, with the host's ends of theirs. */
export class InspectedDevices {
  private readonly hostInterfaces: NetInterface[] = [];
  private readonly hostPorts: BridgePort[] = [];
  private readonly replaced = new Map<string, NetInterface>();
  private readonly paired: Set<string>;
  private index = FIRST_STAND_IN;

  constructor(private readonly host: Host) {
    const peers = findPeers(host);
    this.paired = new Set(
      (host.netns.get(HOST_NETNS)?.interfaces ?? []).filter((i) => peers.has(peerKey(HOST_NETNS, i.name))).map((i) => i.name),
    );
  }

  /** @returns the device of a namespace that is joined to something, and makes the host's end of it. */
  join(resident: Resident, name: string, attachment: DeviceAttachment): NetInterface {
    switch (attachment.kind) {
      case 'bridge':
        return this.plug(resident, name, attachment);
      case 'stacked':
        return this.stack(resident, name, attachment);
      case 'untold':
        return this.loose(resident, name, attachment.endpoint);
    }
  }

  private device({ origin }: Resident, name: string, endpoint: Endpoint): Omit<NetInterface, 'detail'> {
    const flags = ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'];
    return { name, index: this.index++, up: true, carrier: true, flags, mtu: 1500, addresses: addressesOf(endpoint), origin };
  }

  private plug(resident: Resident, name: string, { endpoint, bridge }: Extract<DeviceAttachment, { kind: 'bridge' }>): NetInterface {
    const hostSide = this.hostSide(resident, endpoint, bridge);
    const own = this.device(resident, name, endpoint);
    this.replaced.set(hostSide.name, { ...hostSide, linkIndex: own.index, linkNetnsId: this.index });
    const { mac } = endpoint;
    return { ...own, ...(mac !== undefined && { mac }), detail: { kind: 'veth' }, linkIndex: hostSide.index, linkNetnsId: 0 };
  }

  /** A device whose other end nobody tells of. */
  private loose(resident: Resident, name: string, endpoint: Endpoint): NetInterface {
    const { mac } = endpoint;
    return { ...this.device(resident, name, endpoint), ...(mac !== undefined && { mac }), detail: { kind: 'veth' } };
  }

  /** ipvlan has its parent's link-layer address. A parent that is not listed leaves the device to lead outside by itself. */
  private stack(
    resident: Resident,
    name: string,
    { endpoint, parent, detail }: Extract<DeviceAttachment, { kind: 'stacked' }>,
  ): NetInterface {
    const lower = this.host.netns.get(HOST_NETNS)?.interfaces.find((i) => i.name === parent);
    const mac = detail.kind === 'ipvlan' ? lower?.mac : endpoint.mac;
    const link = lower === undefined ? {} : { linkIndex: lower.index, linkNetnsId: 0 };
    return { ...this.device(resident, name, endpoint), ...(mac !== undefined && { mac }), detail, ...link };
  }

  private hostSide(resident: Resident, endpoint: Endpoint, bridge: string): NetInterface {
    const known = portOf(this.host, bridge, endpoint, this.paired);
    if (known !== undefined) {
      this.paired.add(known.name);
      return known;
    }
    const name = hostSideName(resident.netns, this.hostPorts.length);
    const { origin } = resident;
    const made: NetInterface = {
      name,
      index: this.index++,
      up: true,
      carrier: true,
      flags: ['UP', 'LOWER_UP'],
      mtu: 1500,
      mac: '02:00:00:00:00:01',
      detail: { kind: 'veth' },
      master: bridge,
      addresses: [],
      origin,
    };
    this.hostInterfaces.push(made);
    this.hostPorts.push({
      iface: name,
      bridge,
      state: 'forwarding',
      isolated: false,
      learning: true,
      flood: true,
      ...this.hairpinOf(bridge),
      origin,
    });
    return made;
  }

  /** The runtime sets hairpin mode of all ports of a bridge alike (setHairpinMode of libnetwork): as that of those that are listed. */
  private hairpinOf(bridge: string): { readonly hairpin: boolean; readonly switchesUnshown?: true } {
    const listed = (this.host.netns.get(HOST_NETNS)?.bridgePorts ?? []).filter((port) => port.bridge === bridge);
    const [first] = listed;
    if (first === undefined || listed.some((port) => port.switchesUnshown === true || port.hairpin !== first.hairpin))
      return { hairpin: false, switchesUnshown: true };
    return { hairpin: first.hairpin };
  }

  /** @returns the host with its ends of the devices that were made. */
  finish(): Host {
    const root = this.host.netns.get(HOST_NETNS);
    if (root === undefined) return this.host;
    const interfaces = [...root.interfaces, ...this.hostInterfaces].map((i) => this.replaced.get(i.name) ?? i);
    const bridgePorts = [...root.bridgePorts, ...this.hostPorts];
    return { ...this.host, netns: new Map(this.host.netns).set(HOST_NETNS, { ...root, interfaces, bridgePorts }) };
  }
}
