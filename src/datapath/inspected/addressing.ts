import { familyOf, prefixOf, type Ip } from '../../address/ip.js';
import type { Endpoint } from '../../model/host.js';
import type { InterfaceAddress, NetInterface, Route } from '../../model/link.js';
import type { Origin } from '../../model/origin.js';
import { TABLE_MAIN } from '../fib/local-table.js';

function address(ip: Ip, prefixLength: number): InterfaceAddress {
  return { ip, prefixLength, scope: 'global', flags: [] };
}

/** @returns `lo`, which every namespace has. */
export function loopback(origin: Origin): NetInterface {
  const addresses: readonly InterfaceAddress[] = [
    { ip: 0x7f000001, prefixLength: 8, scope: 'host', flags: [] },
    { ip: 1n, prefixLength: 128, scope: 'host', flags: [] },
  ];
  return {
    name: 'lo',
    index: 1,
    up: true,
    carrier: true,
    flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
    mtu: 65536,
    mac: '00:00:00:00:00:00',
    detail: { kind: 'loopback' },
    addresses,
    origin,
  };
}

/** @returns the addresses of a container's device. */
export function addressesOf(endpoint: Endpoint): readonly InterfaceAddress[] {
  const v4 = endpoint.ip === undefined ? [] : [address(endpoint.ip, endpoint.prefixLength ?? 16)];
  const v6 = endpoint.ip6 === undefined ? [] : [address(endpoint.ip6, endpoint.prefixLength6 ?? 64)];
  return [...v4, ...v6];
}

/** @returns the routes of a container's device: its subnets, and by which gateway all else of a family goes. */
export function routesOf(
  dev: string,
  endpoint: Endpoint,
  isDefault: { readonly v4: boolean; readonly v6: boolean },
  origin: Origin,
): readonly Route[] {
  const route = (dst: Ip, length: number, via: Ip | undefined, text: string): Route => ({
    family: familyOf(dst),
    type: 'unicast',
    dst: prefixOf(dst, length),
    table: TABLE_MAIN,
    nexthops: [{ dev, weight: 1, flags: [], ...(via !== undefined && { via }) }],
    metric: 0,
    tos: 0,
    scope: via === undefined ? 'link' : 'global',
    text,
    origin,
  });
  const near = addressesOf(endpoint).map((a) => route(a.ip, a.prefixLength, undefined, `the subnet of ${dev}, from docker inspect`));
  const far4 =
    !isDefault.v4 || endpoint.gateway === undefined ? [] : [route(0, 0, endpoint.gateway, `default by ${dev}, from docker inspect`)];
  const far6 =
    !isDefault.v6 || endpoint.gateway6 === undefined ? [] : [route(0n, 0, endpoint.gateway6, `default by ${dev}, from docker inspect`)];
  return [...near, ...far4, ...far6];
}
