import { familyOf, formatIp, type Family, type Ip } from '../address/ip.js';
import { internetAddress, freeAddress, leadsToMissing, type Machine } from '../datapath/index.js';
import { isRuntimeBridge } from '../inventory/index.js';
import type { NetInterface } from '../model/link.js';

/** A machine beyond the host that asks. */
export interface Outsider {
  readonly zone: 'internet' | 'lan';
  readonly family: Family;
  readonly ip: Ip;
  /** The host's interface by which its packets come in. */
  readonly dev: string;
  /** `internet`, or `lan (up0)`. */
  readonly name: string;
}

function isUplink(machine: Machine, iface: NetInterface): boolean {
  const { kind } = iface.detail;
  if (!iface.up || kind === 'loopback' || iface.master !== undefined || isRuntimeBridge(machine.host, iface.name)) return false;
  return kind !== 'vxlan' && machine.peer(machine.root, iface.name) === undefined && !leadsToMissing(machine.root, iface);
}

/** @returns the host's interfaces that lead to the world: up, and neither a runtime's nor a container's. */
export function uplinks(machine: Machine): readonly NetInterface[] {
  return [...machine.root.interfaces.values()].filter((iface) => isUplink(machine, iface));
}

function entersBy(machine: Machine, ip: Ip): string | undefined {
  const route = machine.root.routeTo(ip);
  return route.kind === 'error' || route.kind === 'local' ? undefined : route.dev;
}

function neighboursOf(machine: Machine, iface: NetInterface): readonly Outsider[] {
  return ([4, 6] as const).flatMap((family) => {
    const own = iface.addresses.find((a) => familyOf(a.ip) === family && a.scope === 'global');
    const ip = own && freeAddress(machine, own.ip, own.prefixLength);
    if (ip === undefined || entersBy(machine, ip) !== iface.name) return [];
    return [{ zone: 'lan', family, ip, dev: iface.name, name: `lan (${iface.name})` } as const];
  });
}

function internetOf(machine: Machine, family: Family): readonly Outsider[] {
  const hasDefault = machine.root.netns.routes.some((r) => r.family === family && r.type === 'unicast' && r.dst.length === 0);
  if (!hasDefault) return [];
  const ip = internetAddress(machine, family);
  const dev = entersBy(machine, ip);
  if (dev === undefined || isRuntimeBridge(machine.host, dev)) return [];
  return [{ zone: 'internet', family, ip, dev, name: 'internet' }];
}

/** @returns who may ask from outside: somewhere on the internet where there is a default route, and a neighbour on each link. */
export function findOutsiders(machine: Machine): readonly Outsider[] {
  const near = uplinks(machine).flatMap((iface) => neighboursOf(machine, iface));
  return [...internetOf(machine, 4), ...internetOf(machine, 6), ...near];
}

/** @returns `internet (203.0.113.1 by up0)`. */
export function tellOutsider(outsider: Outsider): string {
  return `${outsider.zone} (${formatIp(outsider.ip)} by ${outsider.dev})`;
}
