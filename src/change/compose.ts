import { parsePrefix, formatPrefix } from '../address/ip.js';
import type { ComposeContainer, ComposeNetwork, ComposePlace, ComposeProject } from '../model/compose.js';
import type { Origin } from '../model/origin.js';
import type { Container, DockerNetwork, Host } from '../model/host.js';
import { HOST_NETNS } from '../model/netns.js';
import { refuse, type Change } from './change.js';
import { isSince28 } from './docker/style.js';

const PROJECT = 'com.docker.compose.project';
const SERVICE = 'com.docker.compose.service';

/** One command that a project comes to on a host, and the line that it stands for. */
export interface ProjectStep {
  /** What the step is for, for messages. */
  readonly text: string;
  readonly words: readonly string[];
  readonly origin: Origin;
}

function settings(words: readonly string[], flag: string): readonly string[] {
  return words.flatMap((word, i) => (word === flag ? [words[i + 1] ?? ''] : []));
}

/** @returns in which a network that is there differs from the one that the file tells of; undefined where it does not. */
function difference(there: DockerNetwork, { create }: ComposeNetwork): string | undefined {
  const families = create.filter((word) => word === '--ipv6' && !there.ipv6);
  if (families.length > 0) return 'it has no IPv6';
  if (there.driver !== settings(create, '-d')[0]) return `its driver is ${there.driver}`;
  if (there.internal !== create.includes('--internal')) return there.internal ? 'it is internal' : 'it is not internal';
  const has = new Set(there.subnets.flatMap(({ prefix }) => parsePrefix(prefix) ?? []).map(formatPrefix));
  const lacks = settings(create, '--subnet').find((text) => {
    const prefix = parsePrefix(text);
    return prefix !== undefined && !has.has(formatPrefix(prefix));
  });
  if (lacks !== undefined) return `it has no subnet ${lacks}`;
  const option = settings(create, '-o').find((text) => {
    const [key = '', ...value] = text.split('=');
    return there.options.get(key) !== value.join('=');
  });
  return option === undefined ? undefined : `it has no option ${option}`;
}

function networkStep(host: Host, network: ComposeNetwork): readonly ProjectStep[] {
  const text = `network ${network.name}`;
  const step = { text, words: network.create, origin: network.origin };
  const there = host.networks.find((one) => one.name === network.name);
  const change: Change = { ...step, netns: HOST_NETNS, ofFile: true };
  if (network.external) {
    return there === undefined ? refuse(change, 'the file takes it to be there already, and the snapshot shows none of that name') : [];
  }
  if (there === undefined) return [step];
  const other = difference(there, network);
  return other === undefined
    ? []
    : refuse(change, `there is one of that name already, and ${other}: take it away first, with docker network rm`);
}

/** Containers of the project's services that are there already: Compose makes them anew. */
function outdated(host: Host, project: ComposeProject): readonly Container[] {
  const services = new Set(project.containers.map(({ service }) => service));
  return host.containers.filter(({ labels }) => labels.get(PROJECT) === project.name && services.has(labels.get(SERVICE) ?? ''));
}

/** Since 28 an Engine plugs a new container into its networks by their names; before, first into the one that it is made with. */
function inOrder(host: Host, places: readonly ComposePlace[]): readonly ComposePlace[] {
  return isSince28(host) === true ? [...places].sort((a, b) => (a.network < b.network ? -1 : 1)) : places;
}

const IFNAME = 'com.docker.network.endpoint.ifname';

/** The first network, with what only the long form of `--network` can say. */
function networkWord({ network, gatewayPriority, ifname }: ComposePlace): string {
  if (gatewayPriority === 0 && ifname === undefined) return network;
  const fields = [
    `name=${network}`,
    ...(gatewayPriority === 0 ? [] : [`gw-priority=${gatewayPriority}`]),
    ...(ifname === undefined ? [] : [`driver-opt=${IFNAME}=${ifname}`]),
  ];
  return fields.join(',');
}

function containerSteps(host: Host, container: ComposeContainer): readonly ProjectStep[] {
  const { service, name, mode, options, image, origin } = container;
  const [first, ...others] = inOrder(host, container.places);
  const aliased = (flag: string, { aliases }: ComposePlace): readonly string[] => aliases.flatMap((alias) => [flag, alias]);
  const network = first === undefined ? [mode ?? 'none'] : [networkWord(first), ...aliased('--network-alias', first), ...first.addresses];
  const run = ['docker', 'run', '-d', '--name', name, '--network', ...network, ...options, image];
  const connect = others.map((place) => [
    'docker',
    'network',
    'connect',
    ...aliased('--alias', place),
    ...place.addresses,
    ...(place.gatewayPriority === 0 ? [] : ['--gw-priority', String(place.gatewayPriority)]),
    ...(place.ifname === undefined ? [] : ['--driver-opt', `${IFNAME}=${place.ifname}`]),
    place.network,
    name,
  ]);
  const text = name === service ? `service ${service}` : `service ${service} (${name})`;
  return [run, ...connect].map((words) => ({ text, words, origin }));
}

/**
 * The commands that `docker compose up` comes to on this host: networks that are not there, containers of the project that are made anew, then all of them.
 * @throws WhatIfError where a network is not as the file says.
 */
export function stepsOf(host: Host, project: ComposeProject): readonly ProjectStep[] {
  const [first] = project.containers;
  const origin = first?.origin ?? { file: project.files[0] ?? '', line: 1 };
  const removals = outdated(host, project).map(({ name }) => ({ text: `container ${name}`, words: ['docker', 'rm', '-f', name], origin }));
  return [
    ...project.networks.flatMap((network) => networkStep(host, network)),
    ...removals,
    ...project.containers.flatMap((one) => containerSteps(host, one)),
  ];
}
