import type { DockerNetwork, Endpoint, Host } from '../../model/host.js';
import type { NetInterface } from '../../model/link.js';
import { addressesOf } from './addressing.js';

/**
 * What a container's device is joined to: a bridge by a veth pair, a device of the host that it is stacked on, or something that
 * Docker does not tell of (an overlay's own namespace, what a plugin made).
 */
export type DeviceAttachment =
  | { readonly kind: 'bridge'; readonly endpoint: Endpoint; readonly bridge: string }
  | ({ readonly kind: 'stacked'; readonly endpoint: Endpoint } & StackedLink)
  | { readonly kind: 'untold'; readonly endpoint: Endpoint };

/** What a container's link lies upon, and how. */
export interface StackedLink {
  readonly parent: string;
  readonly detail: Extract<NetInterface['detail'], { readonly kind: 'macvlan' | 'ipvlan' }>;
}

/** Options of Docker's macvlan and ipvlan drivers; without a parent the network is a dummy device of Docker's own. */
export function stackedOn({ driver, options }: DockerNetwork): StackedLink | undefined {
  const parent = options.get('parent');
  if (parent === undefined) return undefined;
  if (driver === 'macvlan') return { parent, detail: { kind: 'macvlan', mode: options.get('macvlan_mode') ?? 'bridge' } };
  if (driver !== 'ipvlan') return undefined;
  return { parent, detail: { kind: 'ipvlan', mode: options.get('ipvlan_mode') ?? 'l2', flag: options.get('ipvlan_flag') ?? 'bridge' } };
}

/** The networks that Docker tells of, by id and by name. */
export type Networks = ReadonlyMap<string, DockerNetwork>;

/** @returns the networks of a host by id and by name. */
export function networksOf({ networks }: Pick<Host, 'networks'>): Networks {
  return new Map(networks.flatMap((n) => [[n.id, n] as const, [n.name, n] as const]));
}

/** @returns the network that a container's endpoint is on, where Docker tells of it. */
export function networkOf({ networkId, network }: Endpoint, networks: Networks): DockerNetwork | undefined {
  return networks.get(networkId) ?? networks.get(network);
}

/** The bridge of a network that nobody describes: Docker names it by the network's id, and its default one docker0. */
function usualBridge({ network, networkId }: Endpoint, links: readonly NetInterface[]): string | undefined {
  if (network === 'bridge') return 'docker0';
  const name = `br-${networkId.slice(0, 12)}`;
  return networkId !== '' && links.some((link) => link.name === name) ? name : undefined;
}

/**
 * @param links the host's interfaces.
 * @returns what each device of a container is joined to, in the order of its networks.
 */
export function attachmentsOf(
  endpoints: readonly Endpoint[],
  networks: Networks,
  links: readonly NetInterface[],
): readonly DeviceAttachment[] {
  return endpoints.flatMap((endpoint): readonly DeviceAttachment[] => {
    if (addressesOf(endpoint).length === 0) return [];
    const network = networkOf(endpoint, networks);
    const stacked = network === undefined ? undefined : stackedOn(network);
    if (stacked !== undefined) return [{ kind: 'stacked', endpoint, ...stacked }];
    const bridge = network === undefined ? usualBridge(endpoint, links) : network.bridge;
    return bridge === undefined ? [{ kind: 'untold', endpoint }] : [{ kind: 'bridge', endpoint, bridge }];
  });
}
