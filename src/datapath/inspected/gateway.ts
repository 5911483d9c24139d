import type { Family } from '../../address/ip.js';
import type { Endpoint } from '../../model/host.js';
import { networkOf, type DeviceAttachment, type Networks } from './attachment.js';

/** By which of a container's devices all else goes, and whether that is all there is to know. */
export interface WayOut {
  readonly v4: DeviceAttachment | undefined;
  readonly v6: DeviceAttachment | undefined;
  /** What leaves it open whether there is another default route, in a phrase. */
  readonly open: string | undefined;
}

/** Since Engine 28 each family has a way out of its own; before, IPv6 took that of IPv4 or none (sandbox.getGatewayEndpoint). */
const OF_EACH_FAMILY = 28;

function gatewayIn({ gateway, gateway6 }: Endpoint, family: Family): boolean {
  return (family === 4 ? gateway : gateway6) !== undefined;
}

/**
 * Before Engine 25 a container of an internal network alone had a default route, and `docker inspect` of it names the gateway; since
 * then it names none. podman names one always, and sets no route (netavark). What a network's own description names is no route.
 */
function leadsOn({ endpoint }: DeviceAttachment, networks: Networks, ofNetworksAlone: boolean): boolean {
  const network = networkOf(endpoint, networks);
  return network?.internal !== true || (network.runtime !== 'podman' && !ofNetworksAlone);
}

function isInternal({ endpoint }: DeviceAttachment, networks: Networks): boolean {
  return networkOf(endpoint, networks)?.internal === true;
}

const FAMILIES = [4, 6] as const;

const leadsInBoth = ({ endpoint }: DeviceAttachment): boolean => FAMILIES.every((family) => gatewayIn(endpoint, family));

/**
 * The order in which networks are tried as the way out: by their priority, internal ones last, those with a gateway of each family first, else as they
 * stand (Endpoint.Less of libnetwork).
 */
function byRank(networks: Networks): (a: DeviceAttachment, b: DeviceAttachment) => number {
  const priority = ({ endpoint }: DeviceAttachment): number => endpoint.gatewayPriority ?? 0;
  const gateways = ({ endpoint }: DeviceAttachment): number => FAMILIES.filter((family) => gatewayIn(endpoint, family)).length;
  return (a, b) =>
    priority(b) - priority(a) || Number(isInternal(a, networks)) - Number(isInternal(b, networks)) || gateways(b) - gateways(a);
}

/**
 * @param engine the major version of Docker's Engine, where it is known.
 * @param ofNetworksAlone the container is known by `docker network inspect` only.
 * @returns by which of its devices a container sends what is for no subnet of its own.
 */
export function wayOut(
  attachments: readonly DeviceAttachment[],
  networks: Networks,
  engine: number | undefined,
  ofNetworksAlone: boolean,
): WayOut {
  const ranked = attachments.filter((one) => leadsOn(one, networks, ofNetworksAlone)).sort(byRank(networks));
  // since 28 the first of both families is the way of both, whatever its priority (selectGatewayEndpoint)
  const both = engine !== undefined && engine >= OF_EACH_FAMILY ? ranked.find(leadsInBoth) : undefined;
  const v4 = both ?? ranked.find(({ endpoint }) => gatewayIn(endpoint, 4));
  const own6 = both ?? ranked.find(({ endpoint }) => gatewayIn(endpoint, 6));
  const shared = v4 === undefined || own6 === undefined || own6 === v4;
  const v6 = shared || (engine !== undefined && engine >= OF_EACH_FAMILY) ? own6 : undefined;
  return { v4, v6, open: openOf(attachments, networks, ofNetworksAlone, v4, shared || engine !== undefined) };
}

function openOf(
  attachments: readonly DeviceAttachment[],
  networks: Networks,
  ofNetworksAlone: boolean,
  v4: DeviceAttachment | undefined,
  isSure6: boolean,
): string | undefined {
  if (v4 === undefined && attachments.some((one) => one.kind === 'untold' && !isInternal(one, networks)))
    return 'its way out is by a network of which docker inspect does not tell the gateway';
  if (v4 === undefined && ofNetworksAlone && attachments.some((one) => isInternal(one, networks)))
    return 'whether a container of an internal network has a default route depends on the version of Docker';
  return isSure6 ? undefined : 'which network is its way out in IPv6 depends on the version of Docker';
}
