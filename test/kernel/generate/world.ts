import type { Family } from '../../../src/address/ip.js';
import type { Rng } from './rng.js';
import type { Lacking } from './spot.js';

/** One network card of a container. */
export interface Card {
  readonly bridge: string;
  readonly hostEnd: string;
  readonly name: string;
  readonly v4: string;
  readonly v6: string | undefined;
  readonly mac: string;
}

export interface ContainerSpec {
  readonly name: string;
  readonly cards: readonly Card[];
}

export interface BridgeSpec {
  readonly name: string;
  readonly number: number;
  /** Whether the host has an address on it. */
  readonly routed: boolean;
  /** False: containers have no default route by it, though the host has an address there (`docker network create --internal`). */
  readonly leadsOut?: boolean;
  readonly v6: boolean;
  /** Whether the bridge keeps VLANs apart (vlan_filtering). */
  readonly vlans: boolean;
}

/** A container that sits on an uplink itself. */
export interface StackedSpec {
  readonly name: string;
  readonly kind: 'macvlan mode bridge' | 'macvlan mode private' | 'ipvlan mode l2';
  readonly lower: string;
  readonly v4: string;
  readonly v6: string;
  readonly gateway4: string;
  readonly gateway6: string;
  readonly mac: string;
}

export interface UplinkSpec {
  readonly name: string;
  readonly v4: string;
  readonly gateway4: string;
  readonly subnet4: string;
  readonly v6: string;
  readonly gateway6: string;
  readonly subnet6: string;
}

/** What the kernel of this machine was built with. */
export interface Abilities {
  readonly vlanFiltering: boolean;
  readonly macvlan: boolean;
  readonly ipvlan: boolean;
  readonly lacking: Lacking & { readonly sets: ReadonlySet<string> };
}

/** What a random host is made of; rules and flows draw their addresses and names from it. */
export interface World {
  readonly bridges: readonly BridgeSpec[];
  readonly containers: readonly ContainerSpec[];
  readonly stacked: readonly StackedSpec[];
  readonly uplinks: readonly UplinkSpec[];
  readonly outside: Readonly<Record<Family, readonly string[]>>;
}

export const PORTS = [22, 53, 80, 443, 5432, 8080, 9000] as const;

const UPLINKS: readonly UplinkSpec[] = [
  {
    name: 'up0',
    v4: '198.51.100.10',
    gateway4: '198.51.100.1',
    subnet4: '198.51.100.0/24',
    v6: '2001:db8:1::10',
    gateway6: '2001:db8:1::1',
    subnet6: '2001:db8:1::/64',
  },
  {
    name: 'up1',
    v4: '192.0.2.10',
    gateway4: '192.0.2.1',
    subnet4: '192.0.2.0/24',
    v6: '2001:db8:2::10',
    gateway6: '2001:db8:2::1',
    subnet6: '2001:db8:2::/64',
  },
];

/** Machines outside, of each family. */
export const OUTSIDE: Readonly<Record<Family, readonly string[]>> = {
  4: ['203.0.113.8', '203.0.113.70', '203.0.113.130', '198.51.100.77', '192.0.2.66', '100.64.3.3'],
  6: ['2001:db8:8::8', '2001:db8:8::46', '2001:db8:9::9', '2001:db8:1::77'],
};

/** @returns the first uplinks, one or two. */
export function makeUplinks(count: 1 | 2): readonly UplinkSpec[] {
  return UPLINKS.slice(0, count);
}

const hex = (n: number): string => n.toString(16).padStart(2, '0');

/** @returns a random set of bridges, containers and uplinks. */
export function makeWorld(rng: Rng, able: Abilities): World {
  const bridges = rng.times(1, 3, (i) => ({
    name: `br${i}`,
    number: 20 + i,
    routed: rng.chance(0.92),
    v6: rng.chance(0.75),
    vlans: rng.chance(0.12) && able.vlanFiltering,
  }));
  let serial = 0;
  const containers = rng.times(1, 4, (i): ContainerSpec => {
    const joined = rng.chance(0.25) && bridges.length > 1 ? [...bridges].sort(() => rng.next() - 0.5).slice(0, 2) : [rng.pick(bridges)];
    const cards = joined.map((bridge, k) => {
      serial++;
      const host = 2 + i + 10 * k;
      return {
        bridge: bridge.name,
        hostEnd: `v${serial}`,
        name: `eth${k}`,
        v4: `172.${bridge.number}.0.${host}`,
        v6: bridge.v6 ? `fd00:${bridge.number}::${host.toString(16)}` : undefined,
        mac: `02:00:00:00:${hex(bridge.number)}:${hex(host)}`,
      };
    });
    return { name: `c${i + 1}`, cards };
  });
  const uplinks = makeUplinks(rng.chance(0.5) ? 2 : 1);
  return { bridges, containers, stacked: makeStacked(rng, uplinks, able), uplinks, outside: OUTSIDE };
}

/** One kind a device: the kernel does not mix macvlan and ipvlan on one. */
function makeStacked(rng: Rng, uplinks: readonly UplinkSpec[], able: Abilities): StackedSpec[] {
  if (!rng.chance(0.2) || !able.macvlan) return [];
  const up = rng.pick(uplinks);
  const net = up.subnet4.slice(0, up.subnet4.lastIndexOf('.'));
  const net6 = up.subnet6.slice(0, -'::/64'.length);
  const family = rng.chance(0.33) && able.ipvlan ? 'ipvlan' : 'macvlan';
  return rng.times(1, 2, (i) => ({
    name: `m${i + 1}`,
    kind:
      family === 'ipvlan' ? 'ipvlan mode l2' : rng.pick(['macvlan mode bridge', 'macvlan mode bridge', 'macvlan mode private'] as const),
    lower: up.name,
    v4: `${net}.${130 + i}`,
    v6: `${net6}::${130 + i}`,
    gateway4: up.gateway4,
    gateway6: up.gateway6,
    mac: `02:00:00:00:fe:0${i}`,
  }));
}

const gateway = (bridge: BridgeSpec, family: Family): string => (family === 4 ? `172.${bridge.number}.0.1` : `fd00:${bridge.number}::1`);

/** @returns addresses of containers, of one family. */
export function containerAddresses(world: World, family: Family): readonly string[] {
  const stacked = world.stacked.map((s) => (family === 4 ? s.v4 : s.v6));
  return [...world.containers.flatMap((c) => c.cards.flatMap((card) => (family === 4 ? card.v4 : (card.v6 ?? [])))), ...stacked];
}

/** @returns addresses of the host, loopback left out. */
export function hostAddresses(world: World, family: Family): readonly string[] {
  const bridges = world.bridges.filter((b) => b.routed && (family === 4 || b.v6)).map((b) => gateway(b, family));
  return [...world.uplinks.map((u) => (family === 4 ? u.v4 : u.v6)), ...bridges];
}

/** @returns prefixes that some packets match and others do not. */
export function prefixes(world: World, family: Family): readonly string[] {
  if (family === 4)
    return [
      ...world.bridges.map((b) => `172.${b.number}.0.0/24`),
      '172.16.0.0/12',
      '203.0.113.0/25',
      '203.0.113.64/26',
      '198.51.100.0/24',
      '192.0.2.0/24',
      '0.0.0.0/1',
    ];
  return [
    ...world.bridges.filter((b) => b.v6).map((b) => `fd00:${b.number}::/64`),
    'fd00::/8',
    '2001:db8:8::/64',
    '2001:db8:1::/64',
    '2001:db8::/33',
  ];
}

/** @returns interface names of the host as rules name them. */
export function interfaces(world: World): readonly string[] {
  return [...world.bridges.map((b) => b.name), ...world.uplinks.map((u) => u.name), 'lo', 'br+', 'up+', 'nosuch0'];
}

export { gateway };
