import type { NetInterface } from '../../model/link.js';
import { HOST_NETNS } from '../../model/netns.js';
import type { Device } from './device.js';
import type { NetnsState } from './netns-state.js';

/** Finds the devices below stacked ones: a stacked device names its lower one by index, in its own namespace or, moved into a container, in the host's. */
export class LowerDevices {
  private readonly byIndex = new Map<NetnsState, ReadonlyMap<number, NetInterface>>();

  constructor(private readonly namespaces: ReadonlyMap<string, NetnsState>) {}

  /** The interfaces of a namespace by index, of several of one index the first. */
  private indexed(ns: NetnsState): ReadonlyMap<number, NetInterface> {
    let known = this.byIndex.get(ns);
    if (known === undefined) this.byIndex.set(ns, (known = new Map([...ns.interfaces.values()].reverse().map((one) => [one.index, one]))));
    return known;
  }

  /** @returns the device below; undefined where the snapshot does not hold it. */
  of(ns: NetnsState, { linkNetnsId, linkName, linkIndex }: NetInterface): Device | undefined {
    const home = linkNetnsId === undefined ? ns : this.namespaces.get(HOST_NETNS);
    if (home === undefined) return undefined;
    const iface = linkName === undefined ? this.indexed(home).get(linkIndex ?? -1) : home.interfaces.get(linkName);
    return iface && { ns: home, iface };
  }
}
