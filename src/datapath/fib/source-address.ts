import { contains, prefixOf, type Ip } from '../../address/ip.js';
import type { InterfaceAddress, NetInterface } from '../../model/link.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Walk } from '../walk/walk.js';
import type { RouteHit } from './result.js';

/** Where it is said what a setting was taken to be. */
type Settings = Pick<Walk, 'seldom' | 'seldomOf'>;

const SCOPES = { global: 0, site: 200, link: 253, host: 254 } as const;

/**
 * inet_select_addr (net/ipv4/devinet.c): the address a namespace would use towards `dst` by `dev`.
 * @param scope the widest scope wanted, as a number (0 universe … 254 host).
 */
export function selectIpv4(walk: Settings, ns: NetnsState, dev: string, dst: Ip | undefined, scope: number): number | undefined {
  const on = ns.sysctls.either(dev, 'route_localnet');
  const chosen = selectWithin(ns, dev, dst, scope, on === true);
  if (on === undefined && selectWithin(ns, dev, dst, scope, true) !== chosen) walk.seldomOf(ns, dev, 'route_localnet');
  return chosen;
}

/** @param localnet `route_localnet` is on: an address of scope host may be shown on the link. */
function selectWithin(ns: NetnsState, dev: string, dst: Ip | undefined, scope: number, localnet: boolean): number | undefined {
  const local = localnet ? SCOPES.link : SCOPES.host;
  const fits = (a: InterfaceAddress, most: number): boolean => Math.min(SCOPES[a.scope], most) <= scope;
  let first: Ip | undefined;
  for (const a of ns.primaries(dev)) {
    if (!fits(a, local)) continue;
    if (dst !== undefined && contains(prefixOf(a.peer ?? a.ip, a.prefixLength), dst)) return Number(a.ip);
    first ??= a.ip;
  }
  if (first !== undefined) return Number(first);
  for (const other of [...ns.interfaces.values()].sort((a, b) => a.index - b.index)) {
    const any = ns.primaries(other.name).find((a) => a.scope !== 'link' && fits(a, SCOPES.host));
    if (any !== undefined) return Number(any.ip);
  }
  return undefined;
}

/** ipv6_addr_scope as RFC 4291 numbers it: 2 link, 5 site, 14 global; loopback counts as link. */
function scopeV6(ip: bigint): number {
  if (ip >> 120n === 0xffn) return Number((ip >> 112n) & 0xfn);
  if (ip === 1n || ip >> 118n === 0x3fan) return 2;
  return ip >> 118n === 0x3fbn ? 5 : 14;
}

/** ipv6_addr_label's default table (RFC 6724 section 2.1). */
function labelV6(ip: bigint): number {
  if (ip === 1n) return 0;
  if (ip >> 32n === 0xffffn) return 4;
  if (ip >> 96n === 0x20010000n) return 6;
  if (ip >> 112n === 0x2002n) return 2;
  if (ip >> 121n === 0x7en) return 5;
  if (ip >> 96n === 0n) return 3;
  return 1;
}

function commonPrefix(a: bigint, b: bigint, most: number): number {
  const diff = a ^ b;
  return Math.min(most, diff === 0n ? 128 : 128 - diff.toString(2).length);
}

interface Candidate {
  readonly ip: bigint;
  readonly dev: string;
  readonly deprecated: boolean;
  readonly temporary: boolean;
  readonly prefixLength: number;
}

/** RFC 6724 section 5, rules 1 to 8; positive where `a` is the better source. */
function compareV6(a: Candidate, b: Candidate, dst: bigint, dev: string): number {
  const wanted = scopeV6(dst);
  const same = Number(a.ip === dst) - Number(b.ip === dst);
  if (same !== 0) return same;
  const sa = scopeV6(a.ip);
  const sb = scopeV6(b.ip);
  if (sa !== sb) return sa < sb ? (sa < wanted ? -1 : 1) : sb < wanted ? 1 : -1;
  return (
    Number(b.deprecated) - Number(a.deprecated) ||
    Number(a.dev === dev) - Number(b.dev === dev) ||
    Number(labelV6(a.ip) === labelV6(dst)) - Number(labelV6(b.ip) === labelV6(dst)) ||
    Number(b.temporary) - Number(a.temporary) ||
    commonPrefix(a.ip, dst, a.prefixLength) - commonPrefix(b.ip, dst, b.prefixLength)
  );
}

/** ipv6_dev_get_saddr: the source that RFC 6724 chooses towards `dst` by `dev`. */
export function selectIpv6(walk: Settings, ns: NetnsState, dev: string, dst: bigint): bigint | undefined {
  const chosen = best6(ns, dev, dst, 0);
  if (ns.sysctls.listed || ![...ns.interfaces.values()].some(hasTemporary)) return chosen;
  const open = [...ns.interfaces.values()].filter((i) => hasTemporary(i) && ns.sysctls.iface(6, i.name, TEMPORARY) === undefined);
  if (best6(ns, dev, dst, 2) !== chosen) for (const { name } of open) walk.seldom(ns, `net.ipv6.conf.${name}.${TEMPORARY}`);
  return chosen;
}

const TEMPORARY = 'use_tempaddr';

function hasTemporary({ addresses }: NetInterface): boolean {
  return addresses.some(({ flags }) => flags.includes('temporary'));
}

/** @param unlisted what use_tempaddr is taken to be where no listing tells it. */
function best6(ns: NetnsState, dev: string, dst: bigint, unlisted: number): bigint | undefined {
  const linkOnly = scopeV6(dst) === 2;
  let best: Candidate | undefined;
  for (const iface of ns.interfaces.values()) {
    if (!iface.up || (linkOnly && iface.name !== dev)) continue;
    for (const { ip, flags, prefixLength } of iface.addresses) {
      if (typeof ip !== 'bigint' || flags.includes('tentative') || flags.includes('dadfailed')) continue;
      const candidate = {
        ip,
        dev: iface.name,
        deprecated: flags.includes('deprecated'),
        // use_tempaddr 2 and above prefers what it otherwise avoids
        temporary: flags.includes('temporary') !== (ns.sysctls.iface(6, iface.name, TEMPORARY) ?? unlisted) >= 2,
        prefixLength,
      };
      if (best === undefined || compareV6(candidate, best, dst, dev) > 0) best = candidate;
    }
  }
  return best?.ip;
}

/** The source address of a packet made here and sent by this route (ip_route_output_key_hash_rcu, ip6_route_get_saddr). */
export function sourceFor(walk: Settings, ns: NetnsState, hit: RouteHit, dst: Ip): Ip | undefined {
  if (hit.route.prefsrc !== undefined) return hit.route.prefsrc;
  if (hit.kind === 'local') return dst;
  if (typeof dst === 'bigint') return selectIpv6(walk, ns, hit.dev, dst);
  const scope = hit.via === undefined ? SCOPES.link : 0;
  return selectIpv4(walk, ns, hit.dev, hit.via, hit.route.scope === 'global' ? 0 : scope);
}
