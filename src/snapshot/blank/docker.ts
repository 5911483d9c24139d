import type { JsonWay } from './json.js';

/** Labels of which the values stay: Compose's name projects and services, and hold no secrets. */
export const KEPT_LABELS: readonly string[] = ['com.docker.compose.*'];

const isKeptLabel = (name: string | undefined): boolean => name?.startsWith('com.docker.compose.') === true;

/** Members of `docker inspect`, and of `podman network inspect`, that the model reads; all that lies within them is kept. */
const KEPT: readonly JsonWay[] = [
  ['Id'],
  ['Name'],
  ['Image'],
  ['Path'],
  ['Created'],
  ['State', 'Status'],
  ['HostConfig', 'NetworkMode'],
  ['HostConfig', 'PortBindings'],
  ['HostConfig', 'CapAdd'],
  ['HostConfig', 'CapDrop'],
  ['HostConfig', 'Dns'],
  ['HostConfig', 'PidMode'],
  ['HostConfig', 'SecurityOpt'],
  ['Mounts', 'Type'],
  ['Mounts', 'Name'],
  ['Mounts', 'Source'],
  ['Mounts', 'Destination'],
  ['Config', 'Image'],
  ['Config', 'ExposedPorts'],
  ['NetworkSettings', 'Networks'],
  ['NetworkSettings', 'Ports'],
  ['Scope'],
  ['Driver'],
  ['IPAM'],
  ['Containers'],
  ['Options'],
  ['Peers'],
  ...['id', 'name', 'driver', 'network_interface', 'subnets', 'containers', 'options', 'ipam_options'].map((name) => [name]),
];

/** Within what is kept: options of a driver are its user's own, and may be anything (`NetworkSettings.Networks.NAME.DriverOpts`). */
const LEFT_OUT: ReadonlySet<string> = new Set(['DriverOpts', 'IPAMConfig']);

/** Driver options that say something about the network; others may be a plugin's passwords. */
const OPTION =
  /^(?:com\.docker\.network\.|encrypted$|parent$|macvlan_mode$|ipvlan_mode$|ipvlan_flag$|mode$|mtu$|vlan$|isolate$|metric$|com\.docker\.)/;

const startsWith = (way: JsonWay, head: JsonWay): boolean => head.every((name, i) => way[i] === name);

/** @returns whether the model reads a string of `docker inspect`. */
export function isInspectKept(way: JsonWay): boolean {
  const label = way.indexOf('Labels');
  if (label >= 0 || way.includes('labels')) return isKeptLabel(way.at(-1));
  if (way[0] === 'Options' || way[0] === 'options') return OPTION.test(way.at(-1) ?? '');
  if (way.some((name, i) => i > 1 && LEFT_OUT.has(name))) return false;
  return KEPT.some((head) => startsWith(way, head));
}

/** @returns whether the model reads a string of `docker info` or `docker version`. */
export function isInfoKept(way: JsonWay): boolean {
  return way[0] === 'Swarm' && (way[1] === 'LocalNodeState' || way[1] === 'NodeID' || way[1] === 'NodeAddr');
}
