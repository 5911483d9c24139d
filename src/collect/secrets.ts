import { withoutPasswords } from '../secrets/index.js';
import { COMPOSE } from './labels.js';
import { withStrings, type Way } from './strings.js';

/** What is taken of `docker inspect` of containers and networks; what lies within is taken as well. */
const INSPECTED: readonly Way[] = [
  ...['Id', 'Created', 'Name', 'Image', 'Scope', 'Driver', 'IPAM', 'ConfigFrom', 'Containers', 'Options', 'Peers', 'Labels'].map((one) => [
    one,
  ]),
  ['NetworkSettings'],
  ['State', 'Status'],
  ...['NetworkMode', 'PortBindings', 'RestartPolicy', 'CapAdd', 'CapDrop', 'PidMode', 'IpcMode', 'UsernsMode'].map((one) => [
    'HostConfig',
    one,
  ]),
  ...['SecurityOpt', 'Dns', 'DnsSearch', 'ExtraHosts'].map((one) => ['HostConfig', one]),
  ...['Type', 'Name', 'Source', 'Destination'].map((one) => ['Mounts', one]),
  ...['Hostname', 'User', 'Image', 'ExposedPorts', 'Labels'].map((one) => ['Config', one]),
];

/** Driver options that say something about the network; others may be a plugin's passwords. */
const OPTION = /^(?:com\.docker\.|encrypted$|parent$|macvlan_mode$|ipvlan_mode$|ipvlan_flag$|mode$|mtu$|vlan$|isolate$|metric$)/;
const OPTIONS: ReadonlySet<string> = new Set(['Options', 'DriverOpts', 'Labels']);

const INFO: ReadonlySet<string> = new Set([
  ...[
    'ID',
    'Name',
    'Driver',
    'DriverStatus',
    'Plugins',
    'LoggingDriver',
    'CgroupDriver',
    'CgroupVersion',
    'KernelVersion',
    'OperatingSystem',
  ],
  ...['OSVersion', 'OSType', 'Architecture', 'IndexServerAddress', 'DockerRootDir', 'ServerVersion', 'DefaultRuntime', 'SecurityOptions'],
  ...[
    'Warnings',
    'FirewallBackend',
    'Isolation',
    'DefaultAddressPools',
    'SystemTime',
    'Swarm',
    'InitBinary',
    'ContainerdCommit',
    'RuncCommit',
  ],
  ...['InitCommit', 'ServerErrors'],
]);
/** Of a cluster: who is in it, not how it logs, signs and labels. */
const SWARM: ReadonlySet<string> = new Set(['NodeID', 'NodeAddr', 'LocalNodeState', 'RemoteManagers', 'Error']);
const VERSION: ReadonlySet<string> = new Set([
  ...[
    'Client',
    'Server',
    'Platform',
    'Name',
    'Version',
    'ApiVersion',
    'DefaultAPIVersion',
    'MinAPIVersion',
    'GitCommit',
    'GoVersion',
    'Os',
  ],
  ...['Arch', 'KernelVersion', 'BuildTime', 'Context', 'Components', 'Details', 'Experimental', 'MinAPIVersion'],
]);

const isWithin = (way: Way, taken: Way): boolean => taken.every((name, i) => way[i] === name);

function isLabelKept(key: string, kept: readonly string[]): boolean {
  return kept.some((one) => (one.endsWith('*') ? key.startsWith(one.slice(0, -1)) : key === one));
}

function isInspectTaken(way: Way, kept: readonly string[]): boolean {
  const own = way.at(-1) ?? '';
  const options = way.at(-2) ?? '';
  if (options === 'Labels') return isLabelKept(own, kept);
  if (OPTIONS.has(options)) return OPTION.test(own);
  return INSPECTED.some((taken) => isWithin(way, taken));
}

/**
 * What of `docker inspect` leaves the host, whatever the command printed: one that does not know the format that it is given prints all.
 * @param labels those whose values are kept beside Compose's.
 */
export function inspectWithoutSecrets(text: string, labels: readonly string[]): string {
  const kept = [COMPOSE, ...labels];
  return withStrings(text, (inner, way, isKey) => (isKey || isInspectTaken(way, kept) ? withoutPasswords(inner) : ''));
}

function isInfoTaken([top = '', next = '']: Way): boolean {
  return top === 'Swarm' ? SWARM.has(next) : INFO.has(top);
}

/**
 * @returns `docker info` without what may hold a password: proxies, registry mirrors, the values of labels, and in every text whatever stands
 *   before an `@` (`user:password@registry`, also as the name of an index); of what is not known to hold none the strings are left out.
 */
export function withoutSecrets(info: string): string {
  const plain = info
    .replace(/"([A-Za-z]*Proxy)":"(?:\\.|[^"\\])*"/g, '"$1":""')
    .replace(/"(Labels|Mirrors)":\[(?:"(?:\\.|[^"\\])*",?)*\]/g, '"$1":[]');
  return withStrings(plain, (inner, way, isKey) => (isKey || isInfoTaken(way) ? bare(inner) : ''));
}

/** @returns `docker version` likewise. */
export function versionWithoutSecrets(version: string): string {
  return withStrings(version, (inner, way, isKey) => (isKey || way.every((name) => VERSION.has(name)) ? bare(inner) : ''));
}

const bare = (text: string): string => withoutPasswords(text.slice(text.lastIndexOf('@') + 1));
