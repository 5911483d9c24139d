import type { Family } from '../../address/ip.js';
import { writesNftables } from '../../inventory/index.js';
import type { Host } from '../../model/host.js';
import { HOST_NETNS } from '../../model/netns.js';
import type { NftTable } from '../../model/nftables/ruleset.js';

/** The table that Docker keeps in each family (Moby, libnetwork/drivers/bridge/internal/nftabler). */
export const TABLE = 'docker-bridges';

/** @returns a family as nft names it. */
export const nftFamily = (family: Family): 'ip' | 'ip6' => (family === 4 ? 'ip' : 'ip6');

/** @returns Docker's table of a family, where it is listed. */
export function tableOf(host: Host, family: Family): NftTable | undefined {
  return host.netns.get(HOST_NETNS)?.nftables?.tables.find((table) => table.family === nftFamily(family) && table.name === TABLE);
}

/** @returns whether this host's Engine keeps its rules in nftables. */
export function isNative(host: Host): boolean {
  return writesNftables(host) || tableOf(host, 4) !== undefined || tableOf(host, 6) !== undefined;
}
