/** The names that makers of networks give to their bridges where nobody names them. */
const NAMES = [
  // of a network that has no name of its own for it: `br-` and the head of the network's id (libnetwork)
  ['docker', /^(?:docker0|docker_gwbridge|br-[0-9a-f]{12})$/],
  // netavark's; before Podman 4 those that its CNI configuration named
  ['podman', /^(?:cni-)?podman\d+$/],
  // the bridge plugin's `cni0`, and nerdctl's own
  ['cni', /^(?:cni|nerdctl)\d+$/],
] as const;

/** Who makes bridges of such names. */
export type BridgeMaker = (typeof NAMES)[number][0];

/** @returns whose bridge it is by its name, which an operator may have given as well; undefined where it is none of those. */
export function bridgeMaker(name: string): BridgeMaker | undefined {
  return NAMES.find(([, pattern]) => pattern.test(name))?.[0];
}
