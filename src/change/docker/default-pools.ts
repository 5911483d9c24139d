import { sha256 } from '@noble/hashes/sha2.js';
import { utf8 } from '../../address/utf8.js';
import { familyOf, parsePrefix, prefixOf, type Family, type Prefix } from '../../address/ip.js';
import { engineMajor } from '../../inventory/index.js';
import type { Host } from '../../model/host.js';
import { refuse, type Change } from '../change.js';
import { isSince28 } from './style.js';

/** A pool, and the length of the subnets that it is cut into. */
export interface Pool {
  readonly base: Prefix;
  readonly size: number;
}

const pool = (text: string, size: number): Pool => ({ base: parsePrefix(text)!, size });

/** ipamutils, localScopeDefaultNetworks: where daemon.json names none. */
const OWN_POOLS: readonly Pool[] = [
  ...['172.17.0.0/16', '172.18.0.0/16', '172.19.0.0/16', '172.20.0.0/14', '172.24.0.0/14', '172.28.0.0/14'].map((text) => pool(text, 16)),
  pool('192.168.0.0/16', 20),
];

/** The first Engine that gives the first free subnet, and has a pool of IPv6 (moby, defaultipam/address_space.go). */
const FIRST_LINEAR = 27;

/** @returns whether the Engine gives the first free subnet; one before goes on behind the last it gave. */
export function isLinear(host: Host): boolean {
  return isSince28(host) === true || (engineMajor(host) ?? 0) >= FIRST_LINEAR;
}

/** @returns the Engine's id, of which it makes its pool of IPv6 addresses. */
function engineId({ info }: Host): string | undefined {
  return typeof info === 'object' && info !== null && 'ID' in info && typeof info.ID === 'string' && info.ID !== '' ? info.ID : undefined;
}

function isPool(value: unknown): value is { readonly Base: string; readonly Size: number } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'Base' in value &&
    'Size' in value &&
    typeof value.Base === 'string' &&
    typeof value.Size === 'number'
  );
}

/** `default-address-pools` of daemon.json, as `docker info` tells them. @throws WhatIfError where they cannot be read. */
function configuredPools(change: Change, { info }: Host): readonly Pool[] {
  const listed = typeof info === 'object' && info !== null && 'DefaultAddressPools' in info ? info.DefaultAddressPools : undefined;
  if (listed === undefined || listed === null) return [];
  const unread = (): never => refuse(change, 'DefaultAddressPools in docker/info.json cannot be read: name a subnet (--subnet)');
  if (!Array.isArray(listed)) return unread();
  return listed.map((one: unknown): Pool => {
    const base = isPool(one) ? parsePrefix(one.Base) : undefined;
    if (!isPool(one) || base === undefined) return unread();
    const bits = familyOf(base.addr) === 4 ? 32 : 128;
    return Number.isInteger(one.Size) && one.Size >= base.length && one.Size <= bits ? { base, size: one.Size } : unread();
  });
}

/** deriveULABaseNetwork of Moby: fd00::/8 with the lowest 40 bits of the first eight bytes of a hash of the Engine's id. */
function ulaPool(id: string): Pool {
  const global = sha256(utf8(id))
    .slice(3, 8)
    .reduce((sofar, byte) => (sofar << 8n) | BigInt(byte), 0n);
  return { base: prefixOf((0xfdn << 120n) | (global << 80n), 48), size: 64 };
}

/** Pools of IPv6: those of daemon.json, else since 27 the one that an Engine makes of its id. */
function pools6(change: Change, host: Host, configured: readonly Pool[]): readonly Pool[] {
  if (configured.length > 0) return configured;
  if (!isLinear(host))
    return refuse(
      change,
      engineMajor(host) === undefined
        ? 'name the IPv6 subnet: Engines before 27 have none to give, and which this host has shows docker/version.json'
        : 'could not find an available, non-overlapping IPv6 address pool among the defaults to assign to the network (name its subnet)',
    );
  const id = engineId(host);
  if (id === undefined)
    return refuse(change, 'the IPv6 subnet that Docker would choose hangs on the ID in docker/info.json, which is not there: name one');
  return [ulaPool(id)];
}

const byAddress = (a: Pool, b: Pool): number => (BigInt(a.base.addr) < BigInt(b.base.addr) ? -1 : 1);

/**
 * @returns the pools that subnets are taken of, in the order in which they are looked through (newAddrSpace).
 * @throws WhatIfError where there is none, or nobody tells which.
 */
export function poolsFor(change: Change, host: Host, family: Family): readonly Pool[] {
  const configured = configuredPools(change, host);
  const own = configured.filter(({ base }) => familyOf(base.addr) === family);
  const four = configured.length > 0 ? own : OWN_POOLS;
  const pools = family === 4 ? four : pools6(change, host, own);
  return isLinear(host) ? [...pools].sort(byAddress) : pools;
}
