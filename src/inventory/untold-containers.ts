import type { Host } from '../model/host.js';
import { HOST_NETNS, isHostNetns } from '../model/netns.js';
import type { Origin } from '../model/origin.js';
import { isNamed } from './runtime.js';
import { PROXY } from './docker.js';

/** Something that is there for containers, where no list of containers tells of any. */
export interface ContainerTrace {
  readonly text: string;
  readonly origin: Origin;
}

/** `lsof` shows nine characters of a process's name. */
const SHORTEST = 9;
/** As many are worth showing. */
const MOST = 5;

function dnatRules(host: Host): readonly ContainerTrace[] {
  const sets = host.netns.get(HOST_NETNS)?.rulesets ?? [];
  const chains = sets.flatMap((set) => set.tables.get('nat')?.chains.get('DOCKER') ?? []);
  const rules = chains.flatMap(({ rules: all }) => all.filter(({ spec }) => spec.target?.name === 'DNAT'));
  return rules.map((rule) => ({ text: rule.text, origin: rule.origin }));
}

function proxies(host: Host): readonly ContainerTrace[] {
  const sockets = host.netns.get(HOST_NETNS)?.sockets ?? [];
  return sockets
    .filter(({ process }) => process !== undefined && isNamed(process, PROXY, SHORTEST))
    .map(({ proto, port, origin }) => ({ text: `${PROXY} on ${proto} ${port}`, origin }));
}

function spaces(host: Host): readonly ContainerTrace[] {
  return [...host.netns.values()].flatMap(({ name, sources }) => {
    const file = sources.values().next().value?.file;
    return isHostNetns(name) || file === undefined ? [] : [{ text: `the namespace ${name}`, origin: { file, line: 0 } }];
  });
}

/** Docker's own ends on docker_gwbridge, which are devices of other containers; those on overlays have no id. */
const OF_DOCKER = /^(?:gateway_[0-9a-f]+|gateway_ingress-sbox|ingress-endpoint)$/;

/** @returns whether a member of a network is an end of Docker's own, and no container. */
export function isDockersEnd(name: string): boolean {
  return OF_DOCKER.test(name);
}

/** @returns containers that networks have on them and that the list of containers does not show, where it shows others. */
export function unlistedMembers({ containers, networks }: Pick<Host, 'containers' | 'networks'>): readonly ContainerTrace[] {
  if (!containers.some(({ running }) => running)) return [];
  return networks.flatMap(({ name, members = [], origin }) =>
    members.filter((one) => !isDockersEnd(one.name)).map((one) => ({ text: `${one.name} on network ${name}`, origin })),
  );
}

/** @returns what is there for containers (rules of Docker that translate, its proxies, namespaces) where none is listed as running. */
export function untoldContainers(host: Host): readonly ContainerTrace[] {
  if (host.containers.some(({ running }) => running)) return [];
  return [dnatRules, proxies, spaces].flatMap((found) => found(host)).slice(0, MOST);
}
