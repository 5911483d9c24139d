import type { Family, Ip, Prefix } from '../address/ip.js';
import type { Origin } from './origin.js';

export interface InterfaceAddress {
  readonly ip: Ip;
  readonly prefixLength: number;
  /** As `ip addr` names it. */
  readonly scope: 'global' | 'site' | 'link' | 'host';
  /** The other end, on point-to-point links (`peer`). */
  readonly peer?: Ip;
  /** `secondary`, `tentative`, `dadfailed`, `deprecated`, `noprefixroute`, `nodad` … */
  readonly flags: readonly string[];
}

/** What `ip -d link` says beyond the common fields, by kind. `other` keeps the kind's name. */
export type LinkDetail =
  | { readonly kind: 'loopback' }
  | { readonly kind: 'ether' }
  | { readonly kind: 'veth' }
  | { readonly kind: 'bridge'; readonly vlanFiltering: boolean; readonly vlanDefaultPvid: number }
  | { readonly kind: 'macvlan'; readonly mode: string }
  | { readonly kind: 'ipvlan'; readonly mode: string; readonly flag: string }
  | { readonly kind: 'vlan'; readonly vid: number }
  | {
      readonly kind: 'vxlan';
      readonly vni: number;
      readonly port: number;
      readonly local?: Ip;
      readonly remote?: Ip;
      readonly learning: boolean;
      /** Answers ARP itself, of neighbours that it knows, and asks nobody else. */
      readonly proxy?: true;
      /** Routes or programs tell each packet's remote end. */
      readonly external?: true;
    }
  | { readonly kind: 'other'; readonly name: string };

export interface NetInterface {
  readonly name: string;
  readonly index: number;
  /** IFF_UP: set administratively. */
  readonly up: boolean;
  /** IFF_LOWER_UP: the driver sees a carrier. */
  readonly carrier: boolean;
  /** All flags as printed: `BROADCAST`, `NOARP`, `POINTOPOINT`, `PROMISC` … */
  readonly flags: readonly string[];
  readonly mtu: number;
  /** Lower-case, colon-separated; absent where the listing did not show it. */
  readonly mac?: string;
  readonly detail: LinkDetail;
  /** ifindex of the veth peer or the lower device (`eth0@if9`). */
  readonly linkIndex?: number;
  /** Name of the peer or lower device in the same namespace (`vlan5@eth0`). */
  readonly linkName?: string;
  /** Set when `linkIndex` counts in another namespace. */
  readonly linkNetnsId?: number;
  /** The bridge, bond or VRF this is enslaved to. */
  readonly master?: string;
  readonly operstate?: string;
  /** As `ip link` prints it: `default`, a number, or a name of the host's own (/etc/iproute2/group); absent where it was not shown. */
  readonly group?: string;
  /** A program of eBPF looks at what comes in before anything else does (XDP). */
  readonly xdp?: true;
  readonly addresses: readonly InterfaceAddress[];
  readonly origin: Origin;
}

export interface BridgePort {
  readonly iface: string;
  readonly bridge: string;
  readonly state: 'disabled' | 'listening' | 'learning' | 'forwarding' | 'blocking';
  readonly hairpin: boolean;
  readonly isolated: boolean;
  readonly learning: boolean;
  /** Whether unknown unicast leaves by this port. */
  readonly flood: boolean;
  /** Set where the listing does not show the switches: they are taken for the kernel's defaults. */
  readonly switchesUnshown?: true;
  readonly origin: Origin;
}

export interface FdbEntry {
  readonly mac: string;
  readonly dev: string;
  /** Present when the entry is in a bridge's table, absent for the device's own (`self`). */
  readonly master?: string;
  readonly vlan?: number;
  /** Remote VTEP, on vxlan devices. */
  readonly dst?: Ip;
  /** `permanent` entries with a master are the bridge's own addresses. */
  readonly state: string;
  readonly origin: Origin;
}

export interface BridgeVlan {
  readonly iface: string;
  readonly vid: number;
  readonly vidEnd?: number;
  readonly pvid: boolean;
  readonly untagged: boolean;
  readonly origin: Origin;
}

export interface Neighbour {
  readonly family: Family;
  readonly ip: Ip;
  readonly dev: string;
  readonly mac?: string;
  /** Upper-case NUD state: `REACHABLE`, `STALE`, `PERMANENT`, `FAILED`, `NOARP` … */
  readonly state: string;
  readonly proxy: boolean;
  readonly origin: Origin;
}

export type RouteType = 'unicast' | 'local' | 'broadcast' | 'anycast' | 'multicast' | 'blackhole' | 'unreachable' | 'prohibit' | 'throw';

/** The device of a next hop of which a listing shows only that there is one (`ip route` of BusyBox, of routes with several). */
export const UNSHOWN_DEVICE = '*';

export interface NextHop {
  readonly via?: Ip;
  readonly dev?: string;
  /** 1 unless the route is multipath. */
  readonly weight: number;
  /** `linkdown`, `dead`, `onlink`, `pervasive`. */
  readonly flags: readonly string[];
}

export interface Route {
  readonly family: Family;
  readonly type: RouteType;
  readonly dst: Prefix;
  /** IPv6 source-specific routes (`from`). */
  readonly src?: Prefix;
  readonly table: number;
  readonly nexthops: readonly NextHop[];
  readonly prefsrc?: Ip;
  /** 0 where none is printed. */
  readonly metric: number;
  readonly scope?: string;
  readonly protocol?: string;
  readonly tos: number;
  readonly mtu?: number;
  /** The route as `ip route` would print it. */
  readonly text: string;
  readonly origin: Origin;
}

export type PolicyAction =
  | { readonly kind: 'table'; readonly table: number }
  | { readonly kind: 'goto'; readonly priority: number }
  | { readonly kind: 'blackhole' | 'prohibit' | 'unreachable' | 'nop' };

export interface PolicyRule {
  readonly family: Family;
  readonly priority: number;
  readonly not: boolean;
  readonly from?: Prefix;
  readonly to?: Prefix;
  readonly iif?: string;
  readonly oif?: string;
  readonly fwmark?: number;
  readonly fwmask?: number;
  readonly tos?: number;
  /** IP protocol number. */
  readonly ipproto?: number;
  readonly sport?: readonly [number, number];
  readonly dport?: readonly [number, number];
  readonly uidrange?: readonly [number, number];
  readonly suppressPrefixLength?: number;
  /** Routes over devices of this group do not count; written as the listing prints it. */
  readonly suppressGroup?: string;
  readonly action: PolicyAction;
  /** Words of the rule that were read but have no meaning here; a rule with any is undecidable. */
  readonly unknown: readonly string[];
  readonly text: string;
  readonly origin: Origin;
}
