import { contains, familyOf, formatPrefix, lastOf, parsePrefix, prefixOf, type Family, type Prefix } from '../../address/ip.js';
import type { Host } from '../../model/host.js';
import type { Route } from '../../model/link.js';
import { HOST_NETNS } from '../../model/netns.js';
import { refuse, type Change } from '../change.js';
import { isLinear, poolsFor, type Pool } from './default-pools.js';

const overlaps = (a: Prefix, b: Prefix): boolean => contains(a, b.addr) || contains(b, a.addr);

const networkPrefixes = (host: Host): readonly Prefix[] =>
  host.networks.flatMap((network) => network.subnets.flatMap(({ prefix }) => parsePrefix(prefix) ?? []));

/** The routing table main. */
const MAIN = 254;

/** queryOnLinkRoutes: routes of the main table that lead to a link itself. */
function isOnLink({ family, table, type, dst, scope, nexthops }: Route): boolean {
  if (family !== 4 || table !== MAIN || type !== 'unicast' || dst.length === 0) return false;
  return scope === undefined ? nexthops.every(({ via }) => via === undefined) : scope === 'link';
}

/** What Docker's own choice keeps clear of: networks on the host's links, and Docker's that are there. */
function takenPrefixes(host: Host): readonly Prefix[] {
  const routes = host.netns
    .get(HOST_NETNS)!
    .routes.filter(isOnLink)
    .map((r) => r.dst);
  return [...routes, ...networkPrefixes(host)];
}

/** @returns the first subnet of a pool that meets none of those that are taken: whatever meets one goes on behind it. */
function firstFree({ base, size }: Pool, used: readonly Prefix[]): Prefix | undefined {
  const isFour = familyOf(base.addr) === 4;
  const bits = isFour ? 32 : 128;
  const step = 1n << BigInt(bits - size);
  const end = BigInt(base.addr) + (1n << BigInt(bits - base.length));
  for (let at = BigInt(base.addr); at < end;) {
    const subnet = prefixOf(isFour ? Number(at) : at, size);
    const other = used.find((one) => overlaps(one, subnet));
    if (other === undefined) return subnet;
    const behind = BigInt(lastOf(other)) + 1n;
    at = behind > at + step ? ((behind + step - 1n) / step) * step : at + step;
  }
  return undefined;
}

/** What the choice of a subnet hangs on besides, and no listing shows. */
function doubtOf(host: Host): string {
  if (host.info === undefined) return '; whether daemon.json names other pools shows docker/info.json, which is not there';
  return isLinear(host) ? '' : '; an Engine before 27 goes on behind the subnet that it gave last, which no listing shows';
}

/**
 * @returns the subnet that stands for the one that Docker gives a network of which nobody said it; which one that is, is told.
 * @throws WhatIfError where it would have none.
 */
export function freePool(change: Change, host: Host, family: Family): Prefix {
  const used = takenPrefixes(host);
  for (const pool of poolsFor(change, host, family)) {
    const subnet = firstFree(pool, used);
    if (subnet === undefined) continue;
    change.tell?.(
      `nobody names the network's IPv${family} subnet, so Docker chooses: ${formatPrefix(subnet)} stands for it${doubtOf(host)}`,
    );
    return subnet;
  }
  return refuse(change, `every pool of IPv${family} addresses is in use; name one: --subnet`);
}

/** A subnet that is named may lie in a route of the host, and not in another network of Docker's. @throws WhatIfError where it does. */
export function checkFree(change: Change, host: Host, subnets: readonly Prefix[]): void {
  const used = networkPrefixes(host);
  for (const subnet of subnets) {
    const other = used.find((net) => overlaps(net, subnet));
    if (other !== undefined)
      refuse(
        change,
        `the subnet ${formatPrefix(subnet)} overlaps with ${formatPrefix(other)} (Pool overlaps with other one on this address space)`,
      );
  }
}
