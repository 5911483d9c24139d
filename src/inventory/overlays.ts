import type { Ip } from '../address/ip.js';
import type { DockerNetwork, Host } from '../model/host.js';
import { HOST_NETNS } from '../model/netns.js';
import { evidenceOf } from './evidence.js';
import { endpointOn } from './members.js';

/** Set by swarm for tasks of a service, whose own address (VIP) the overlay's load balancer has, in a namespace of Docker's own. */
const OF_A_SERVICE = 'com.docker.swarm.service.id';

function isHosts({ netns }: Host, ip: Ip): boolean {
  return netns.get(HOST_NETNS)?.interfaces.some(({ addresses }) => addresses.some((address) => address.ip === ip)) ?? false;
}

/**
 * Whether all that is on an overlay network is known: no other node is a peer of it, every container on it is listed, and none of them
 * is a service's, so that nobody has a service's address.
 * @returns the addresses that Docker itself has there (gateway, load balancer); undefined where others may be on it.
 */
export function onLoneOverlay(host: Host, network: DockerNetwork): ReadonlySet<Ip> | undefined {
  const { peers = [], ends = [], ingress, subnets } = network;
  const [peer, another] = peers;
  if (ingress || peer === undefined || another !== undefined || !isHosts(host, peer)) return undefined;
  const evidence = evidenceOf(host);
  if (evidence.lack('networks') !== undefined || evidence.lack('containers') !== undefined) return undefined;
  const services = host.containers.some((one) => one.labels.has(OF_A_SERVICE) && endpointOn(one, network) !== undefined);
  return services ? undefined : new Set([...ends, ...subnets.flatMap(({ gateway }) => gateway ?? [])]);
}
