/**
 * A network namespace's name within its host: `host`, a container's, or that of a namespace of its own (`ip netns`). It tells namespaces
 * of one host apart and says nothing of another's: across hosts, a namespace is the pair of its host and this name.
 */
export type NetnsName = string;

/** The name of the namespace that the host's own programs live in (`init_net` of a host that is not itself in a container). */
export const HOST_NETNS: NetnsName = 'host';

/** @returns whether this is the host's own namespace; where nobody is named, it is not. */
export function isHostNetns(name: NetnsName | undefined): boolean {
  return name === HOST_NETNS;
}

/** @returns the folder of a snapshot that keeps what was listed in a namespace. */
export function netnsFolder(name: NetnsName): string {
  return isHostNetns(name) ? 'host' : `netns/${name}`;
}
