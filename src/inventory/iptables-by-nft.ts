import type { Host, Netns } from '../model/host.js';
import { isHostNetns } from '../model/netns.js';
import { bridgeMaker, type BridgeMaker } from './bridge-names.js';

/** Whose bridges come with rules of the runtime's; those of CNI's plugin may come without any. */
const WRITES_RULES: ReadonlySet<BridgeMaker | undefined> = new Set(['docker', 'podman']);

/** Chains and tables that runtimes make, whatever language they write. */
const OF_A_RUNTIME = /^(?:docker|netavark|cni-)/i;

function find({ containers, networks }: Host, { name, sources, nftables, interfaces }: Netns): boolean {
  if (sources.get('nft')?.state !== 'whole' || nftables === undefined || nftables.incomplete === true || nftables.unread === true)
    return false;
  if (!isHostNetns(name)) return true;
  const expected =
    containers.some(({ rootless }) => rootless !== true) ||
    networks.some(({ driver }) => driver === 'bridge') ||
    interfaces.some((iface) => WRITES_RULES.has(bridgeMaker(iface.name)));
  return !expected || nftables.tables.some((table) => [table.name, ...table.chains.keys()].some((one) => OF_A_RUNTIME.test(one)));
}

const known = new WeakMap<Netns, boolean>();

/**
 * Whether the listing of nft shows all rules of a namespace, those of iptables-nft among them, so that a table of iptables which is not in
 * it holds none. Rules of iptables-legacy it does not show: a host whose runtime has its rules nowhere in it must have such.
 */
export function nftShowsAll(host: Host, netns: Netns): boolean {
  let found = known.get(netns);
  if (found === undefined) known.set(netns, (found = find(host, netns)));
  return found;
}
