import { sha256 } from '@noble/hashes/sha2.js';
import { utf8 } from '../../address/utf8.js';
import { contains, formatPrefix, parsePrefix, prefixOf, type Family, type Prefix } from '../../address/ip.js';
import { engineMajor } from '../../inventory/index.js';
import type { Host } from '../../model/host.js';
import { HOST_NETNS } from '../../model/netns.js';
import { refuse, type Change } from '../change.js';
import { engineStyle } from './style.js';

/** ipamutils: Docker's own pools, 172.17/16 to 172.31/16 and then 192.168.0/20 and so on. */
const POOLS: readonly Prefix[] = [
  ...Array.from({ length: 15 }, (_, i) => prefixOf(0xac100000 + ((i + 1) << 16), 16)),
  ...Array.from({ length: 16 }, (_, i) => prefixOf(0xc0a80000 + i * 4096, 20)),
].map((p) => prefixOf(Number(p.addr) >>> 0, p.length));

/** Networks of /64 that are looked at in a pool of /48. */
const MOST_TRIED = 256n;

const overlaps = (a: Prefix, b: Prefix): boolean => contains(a, b.addr) || contains(b, a.addr);

const networkPrefixes = (host: Host): readonly Prefix[] =>
  host.networks.flatMap((network) => network.subnets.flatMap(({ prefix }) => parsePrefix(prefix) ?? []));

/** What Docker's own choice keeps clear of: the host's routes, and the networks that are there. */
function takenPrefixes(host: Host): readonly Prefix[] {
  const routes = host.netns
    .get(HOST_NETNS)!
    .routes.filter((r) => r.dst.length > 0 && r.type === 'unicast')
    .map((r) => r.dst);
  return [...routes, ...networkPrefixes(host)];
}

/** @returns the Engine's id, of which it makes its pool of IPv6 addresses. */
function engineId({ info }: Host): string | undefined {
  return typeof info === 'object' && info !== null && 'ID' in info && typeof info.ID === 'string' && info.ID !== '' ? info.ID : undefined;
}

/** deriveULABaseNetwork of Moby: fd00::/8 with the lowest 40 bits of the first eight bytes of a hash of the Engine's id. */
function ulaBase(id: string): bigint {
  const global = sha256(utf8(id))
    .slice(3, 8)
    .reduce((sofar, byte) => (sofar << 8n) | BigInt(byte), 0n);
  return (0xfdn << 120n) | (global << 80n);
}

function free6(change: Change, host: Host, used: readonly Prefix[]): Prefix {
  const major = engineMajor(host);
  const since27 = engineStyle(host).since28 || (major ?? 0) >= 27;
  if (!since27)
    return refuse(
      change,
      major === undefined
        ? 'name the IPv6 subnet: Engines before 27 have none to give, and which this host has shows docker/version.json'
        : 'could not find an available, non-overlapping IPv6 address pool among the defaults to assign to the network (name its subnet)',
    );
  const id = engineId(host);
  if (id === undefined)
    return refuse(change, 'the IPv6 subnet that Docker would choose hangs on the ID in docker/info.json, which is not there: name one');
  const base = ulaBase(id);
  for (let i = 0n; i < MOST_TRIED; i++) {
    const pool = prefixOf(base + (i << 64n), 64);
    if (!used.some((net) => overlaps(net, pool))) return pool;
  }
  return refuse(change, 'every pool of IPv6 addresses is in use; name one: --subnet');
}

/** @returns the subnet that Docker gives a network of which nobody said it. @throws WhatIfError where it would have none. */
export function freePool(change: Change, host: Host, family: Family): Prefix {
  const used = takenPrefixes(host);
  if (family === 6) return free6(change, host, used);
  const pool = POOLS.find((one) => !used.some((net) => overlaps(net, one)));
  return pool ?? refuse(change, 'every pool of addresses is in use; name one: --subnet');
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
