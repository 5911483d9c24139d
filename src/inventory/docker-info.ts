import { formatIp } from '../address/ip.js';
import type { Host } from '../model/host.js';
import { HOST_NETNS } from '../model/netns.js';

/** What docker info tells of the swarm. */
export interface SwarmState {
  readonly active: boolean;
  /** Absent where this node, a worker, does not know. */
  readonly nodes?: number;
  /** Addresses of managers other than this node. */
  readonly otherManagers: readonly string[];
  /** The port by which managers know this one; absent of a worker. */
  readonly managerPort?: number;
  /** By which address the others know this node. */
  readonly address?: string;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function portOf(address: unknown): number | undefined {
  const [, port] = typeof address === 'string' ? (/:(\d{1,5})$/.exec(address) ?? []) : [];
  return port === undefined ? undefined : Number(port);
}

/** @returns the state of the swarm, undefined where no docker info tells it. */
export function swarmOf({ info }: Pick<Host, 'info'>): SwarmState | undefined {
  const swarm = record(record(info)['Swarm']);
  if (typeof swarm['LocalNodeState'] !== 'string') return undefined;
  const { Nodes: nodes, NodeID: own, NodeAddr: address, RemoteManagers: told } = swarm;
  const managers = Array.isArray(told) ? told.map(record) : [];
  const managerPort = portOf(managers.find((one) => one['NodeID'] === own)?.['Addr']);
  return {
    active: swarm['LocalNodeState'] === 'active',
    ...(typeof nodes === 'number' && nodes > 0 && { nodes }),
    otherManagers: managers.filter((m) => m['NodeID'] !== own).map((m) => String(m['Addr'])),
    ...(managerPort !== undefined && { managerPort }),
    ...(typeof address === 'string' && address !== '' && { address }),
  };
}

/** Versions are compared as far as both tell: `28.5` of a snapshot's head is `28.5.2+dfsg4` of docker info. */
function differ(told: unknown, known: string | undefined): boolean {
  if (typeof told !== 'string' || told === '' || known === undefined || known === '') return false;
  const [a, b] = [told.replace(/^v/, ''), known.replace(/^v/, '')];
  return !(a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`));
}

/** How many containers docker info counts, and how many docker inspect shows. */
function otherCount({ containers, files }: Host, told: Readonly<Record<string, unknown>>): string | undefined {
  if (!files.some(({ file, used }) => file === 'docker/containers.json' && used === 'whole')) return undefined;
  const running = containers.filter((one) => one.running).length;
  const counted = told['ContainersRunning'];
  return typeof counted === 'number' && counted !== running
    ? `it counts ${counted} running containers, and docker inspect shows ${running}`
    : undefined;
}

/** A network of a swarm is on its nodes alone; a node may have none. */
function otherSwarm(host: Host): string | undefined {
  const swarm = swarmOf(host);
  if (swarm === undefined) return undefined;
  const meshed = host.networks.find((one) => one.ingress || (one.scope === 'swarm' && one.driver === 'overlay'));
  if (!swarm.active && meshed !== undefined) return `it tells of no swarm, and network ${meshed.name} is one of a swarm`;
  const own = host.netns.get(HOST_NETNS);
  if (!swarm.active || swarm.address === undefined || own?.sources.get('addr')?.state !== 'whole') return undefined;
  const has = own.interfaces.some(({ addresses }) => addresses.some(({ ip }) => formatIp(ip) === swarm.address));
  return has ? undefined : `it gives the node address ${swarm.address}, which the host does not have`;
}

/** What it tells of settings of the kernel, and the settings themselves. */
const SETTINGS = [
  ['IPv4Forwarding', 'net.ipv4.ip_forward'],
  ['BridgeNfIptables', 'net.bridge.bridge-nf-call-iptables'],
  ['BridgeNfIp6tables', 'net.bridge.bridge-nf-call-ip6tables'],
] as const;

function otherSetting({ netns }: Host, told: Readonly<Record<string, unknown>>): string | undefined {
  const settings = netns.get(HOST_NETNS)?.sysctl;
  const [word, name] =
    SETTINGS.find(([key, setting]) => {
      const value = settings?.get(setting)?.value;
      return typeof told[key] === 'boolean' && value !== undefined && told[key] !== (value !== '0');
    }) ?? [];
  return word === undefined ? undefined : `its ${word} is ${String(told[word])}, and ${name} is not`;
}

/** @returns in a phrase, what of docker info other listings contradict; undefined where they agree, or tell nothing of it. */
export function otherInfo(host: Host): string | undefined {
  const told = record(host.info);
  const { ServerVersion: version, KernelVersion: kernel, Name: name } = told;
  const { meta } = host;
  if (differ(version, meta.docker)) return `it is of Engine ${String(version)}, and the snapshot of ${meta.docker ?? ''}`;
  if (differ(kernel, meta.kernel)) return `it is of kernel ${String(kernel)}, and the snapshot of ${meta.kernel ?? ''}`;
  const against = otherCount(host, told) ?? otherSwarm(host) ?? otherSetting(host, told);
  if (against !== undefined) return against;
  // a host is renamed, and dockerd is asked from elsewhere: the name alone tells where nothing else could be compared
  const compared = host.files.some(({ file, used }) => file === 'docker/containers.json' && used === 'whole');
  return !compared && differ(name, meta.hostname) ? `it is of ${String(name)}, and the snapshot of ${meta.hostname ?? ''}` : undefined;
}
