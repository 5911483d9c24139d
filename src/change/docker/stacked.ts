import { stackedOn, type StackedLink } from '../../datapath/index.js';
import type { DockerNetwork, Host } from '../../model/host.js';
import type { NetInterface } from '../../model/link.js';
import { HOST_NETNS } from '../../model/netns.js';
import { refuse, type Change } from '../change.js';

/** Where a container of a macvlan or ipvlan network is joined to the host: which link its own lies upon. */
export interface Lower {
  readonly parent: NetInterface;
  readonly detail: StackedLink['detail'];
}

/**
 * @returns the link that a macvlan or ipvlan network lies upon.
 * @throws WhatIfError where the network has none, or it is not listed: Docker would make a dummy device, or a VLAN.
 */
export function parentOf(change: Change, host: Host, network: DockerNetwork): Lower {
  const stacked =
    stackedOn(network) ??
    refuse(change, `network ${network.name} has no parent, so Docker makes a device that leads nowhere: name one with -o parent=`);
  const root = host.netns.get(HOST_NETNS);
  const parent = root?.interfaces.find(({ name }) => name === stacked.parent);
  if (parent !== undefined) return { parent, detail: stacked.detail };
  const names = (root?.interfaces ?? [])
    .filter(({ detail }) => !['loopback', 'bridge', 'veth'].includes(detail.kind))
    .map(({ name }) => name);
  return refuse(
    change,
    `the parent ${stacked.parent} of network ${network.name} is no interface of this host; it has ${names.join(', ') || 'none listed'}`,
  );
}
