import type { Ip } from '../../address/ip.js';
import { bridgeOption, endpointAddresses, endpointOn, gatewayModeOf, saysNo, withOwnNetns } from '../../inventory/index.js';
import type { Container, DockerNetwork } from '../../model/host.js';
import { containerSenders } from '../../surface/index.js';
import type { Survey } from './survey.js';

/** One container that may ask another, at one address. */
export interface Pair {
  readonly from: Container;
  readonly to: Container;
  readonly ip: Ip;
  /** The network that both are on. */
  readonly network?: DockerNetwork;
}

/** More pairs than this are not asked one by one: every container is still asked for, by a few of each network. */
const MANY = 2000;
const FEW = 3;

/** @returns whether Docker was told to keep a network's containers apart. */
export function iccDisabled(network: DockerNetwork): boolean {
  return saysNo(network, 'enable_icc') && network.name !== 'docker_gwbridge';
}

/** @returns whether a network is docker0's. */
export function isDefaultBridge(network: DockerNetwork): boolean {
  return bridgeOption(network, 'default_bridge') === 'true' || (network.driver === 'bridge' && network.name === 'bridge');
}

/** @returns how a network was set to be reached past its published ports, where it was. */
export function gatewayMode(network: DockerNetwork, family: 4 | 6): 'routed' | 'nat-unprotected' | undefined {
  const mode = gatewayModeOf(network, family);
  return mode === 'routed' || mode === 'nat-unprotected' ? mode : undefined;
}

function few(clients: readonly Container[], all: number): readonly Container[] {
  return all * all > MANY ? clients.slice(0, FEW) : clients;
}

/** @returns pairs on one network, at the addresses that they have there. */
export function pairsOn(survey: Survey, network: DockerNetwork): readonly Pair[] {
  const members = withOwnNetns(survey.host).filter((c) => endpointOn(c, network) !== undefined);
  const clients = few(
    members.filter((c) => survey.machine.namespaces.has(c.netns)),
    members.length,
  );
  return members.flatMap((to) => {
    const end = endpointOn(to, network);
    const ips = [end?.ip, end?.ip6].filter((ip) => ip !== undefined);
    return clients.filter((from) => from.name !== to.name).flatMap((from) => ips.map((ip) => ({ from, to, ip, network })));
  });
}

/**
 * Docker isolates networks of its bridge driver from one another; podman those that were made with `isolate` (netavark,
 * podman-network-create(1)) and internal ones. The others lie on links of their own.
 */
function isKeptApart({ driver, name, runtime, internal, options }: DockerNetwork): boolean {
  if (driver !== 'bridge' || name === 'docker_gwbridge') return false;
  return runtime !== 'podman' || internal || /^(?:true|strict)$/.test(options.get('isolate') ?? '');
}

function isBridged(survey: Survey, container: Container): boolean {
  const networks = survey.networksOf(container);
  return networks.length > 0 && networks.every(isKeptApart);
}

/** @returns pairs that no network joins, at the addresses of docker inspect. */
export function strangers(survey: Survey): readonly Pair[] {
  const all = containerSenders(survey.machine).filter((c) => isBridged(survey, c));
  return all.flatMap((to) => {
    const networks = survey.networksOf(to);
    const apart = all.filter((from) => from.name !== to.name && !survey.networksOf(from).some((n) => networks.includes(n)));
    const ips = endpointAddresses(to);
    return few(apart, all.length).flatMap((from) => ips.map((ip) => ({ from, to, ip })));
  });
}
