import type { Host } from '../model/host.js';
import { HOST_NETNS } from '../model/netns.js';

/** The names that makers of networks give to their bridges where nobody names them. */
const NAMES = [
  // of a network that has no name of its own for it: `br-` and the head of the network's id (libnetwork)
  ['docker', /^(?:docker0|docker_gwbridge|br-[0-9a-f]{12})$/],
  // netavark's; before Podman 4 those that its CNI configuration named
  ['podman', /^(?:cni-)?podman\d+$/],
  // the bridge plugin's `cni0`, and nerdctl's own
  ['cni', /^(?:cni|nerdctl)\d+$/],
] as const;

/** As Docker names the bridges of networks that people made, by the head of the network's id. */
const BY_ID = /^br-[0-9a-f]{12}$/;

/** @returns whether a bridge is called by a network's id, which is another on every host. */
export function isNamedById(bridge: string): boolean {
  return BY_ID.test(bridge);
}

/** Who makes bridges of such names. */
export type BridgeMaker = (typeof NAMES)[number][0];

/** @returns whose bridge it is by its name, which an operator may have given as well; undefined where it is none of those. */
export function bridgeMaker(name: string): BridgeMaker | undefined {
  return NAMES.find(([, pattern]) => pattern.test(name))?.[0];
}

/** @returns whether a device of the host is a bridge of a runtime's: one that a network names, or that is called as runtimes call theirs. */
export function isRuntimeBridge({ networks }: Host, device: string): boolean {
  return bridgeMaker(device) !== undefined || networks.some(({ driver, bridge }) => driver === 'bridge' && bridge === device);
}

/** @returns the bridges of runtimes: those that the host has, and those that their networks name. */
export function runtimeBridges(host: Host): ReadonlySet<string> {
  const named = host.networks.flatMap(({ driver, bridge }) => (driver === 'bridge' && bridge !== undefined ? [bridge] : []));
  const there = (host.netns.get(HOST_NETNS)?.interfaces ?? []).flatMap(({ name }) => (bridgeMaker(name) === undefined ? [] : [name]));
  return new Set([...named, ...there]);
}
