import type { DockerNetwork, Endpoint } from '../../model/host.js';
import type { NetInterface } from '../../model/link.js';
import { addressesOf } from './addressing.js';

/** What a container's device is joined to: a bridge by a veth pair, or a device of the host that it is stacked on. */
export type DeviceAttachment =
  | { readonly kind: 'bridge'; readonly endpoint: Endpoint; readonly bridge: string }
  | { readonly kind: 'stacked'; readonly endpoint: Endpoint; readonly parent: string; readonly detail: StackedDetail };

type StackedDetail = Extract<NetInterface['detail'], { readonly kind: 'macvlan' | 'ipvlan' }>;

/** Options of Docker's macvlan and ipvlan drivers; without a parent the network is a dummy device of Docker's own. */
function stackedOn({ driver, options }: DockerNetwork): { readonly parent: string; readonly detail: StackedDetail } | undefined {
  const parent = options.get('parent');
  if (parent === undefined) return undefined;
  if (driver === 'macvlan') return { parent, detail: { kind: 'macvlan', mode: options.get('macvlan_mode') ?? 'bridge' } };
  if (driver !== 'ipvlan') return undefined;
  return { parent, detail: { kind: 'ipvlan', mode: options.get('ipvlan_mode') ?? 'l2', flag: options.get('ipvlan_flag') ?? 'bridge' } };
}

/** @returns what each device of a container is joined to, where the networks tell. */
export function attachmentsOf(endpoints: readonly Endpoint[], networks: ReadonlyMap<string, DockerNetwork>): readonly DeviceAttachment[] {
  return endpoints.flatMap((endpoint): readonly DeviceAttachment[] => {
    const network = networks.get(endpoint.networkId) ?? networks.get(endpoint.network);
    const stacked = network === undefined ? undefined : stackedOn(network);
    if (stacked !== undefined) return addressesOf(endpoint).length === 0 ? [] : [{ kind: 'stacked', endpoint, ...stacked }];
    const bridge =
      networks.get(endpoint.networkId)?.bridge ??
      networks.get(endpoint.network)?.bridge ??
      (endpoint.network === 'bridge' ? 'docker0' : undefined);
    return bridge === undefined || addressesOf(endpoint).length === 0 ? [] : [{ kind: 'bridge', endpoint, bridge }];
  });
}
