import type { Family } from '../../../../src/address/ip.js';
import type { Rng } from '../rng.js';
import { makeUplinks, OUTSIDE, type BridgeSpec, type ContainerSpec, type World } from '../world.js';

/** com.docker.network.bridge.gateway_mode_ipv4 and _ipv6. */
export type GatewayMode = 'nat' | 'nat-unprotected' | 'routed' | 'isolated';

/** A network of Docker's bridge driver, as `docker network create` makes it. */
export interface NetworkSpec extends BridgeSpec {
  readonly network: string;
  readonly modes: Readonly<Record<Family, GatewayMode>>;
  readonly internal: boolean;
  readonly icc: boolean;
  readonly masquerade: boolean;
}

/** A port as `docker run -p` publishes it. */
export interface PublishedSpec {
  readonly container: string;
  readonly network: NetworkSpec;
  readonly proto: 'tcp' | 'udp';
  readonly hostPort: number;
  readonly containerPort: number;
  /** Absent: every address of both families. */
  readonly hostIp?: string;
}

/** How an Engine writes its rules. */
export interface EngineSpec {
  readonly since28: boolean;
  /** userland-proxy */
  readonly proxy: boolean;
  /** Whether it writes rules for IPv6: up to 26 it must be told to. */
  readonly ip6tables: boolean;
}

export interface DockerWorld extends World {
  readonly engine: EngineSpec;
  readonly networks: readonly NetworkSpec[];
  readonly published: readonly PublishedSpec[];
}

/** Ports that containers listen on. */
export const SERVICES = [80, 443, 53, 5432] as const;

function makeNetwork(rng: Rng, i: number, { since28 }: EngineSpec): NetworkSpec {
  const isDefault = i === 0 && rng.chance(0.6);
  const internal = !isDefault && rng.chance(0.18);
  const mode = (): GatewayMode => {
    if (!since28 || isDefault) return 'nat';
    if (internal) return rng.pick(['nat', 'isolated']);
    return rng.pick(['nat', 'nat', 'nat', 'routed', 'nat-unprotected']);
  };
  const [mode4, mode6] = [mode(), mode()];
  const isolated = mode4 === 'isolated' || mode6 === 'isolated';
  return {
    network: isDefault ? 'bridge' : `net${i}`,
    name: isDefault ? 'docker0' : `br-net${i}`,
    number: 20 + i,
    // an isolated network has no address of the host; nothing leads out of an internal one
    routed: !isolated,
    leadsOut: !internal,
    v6: rng.chance(0.5),
    vlans: false,
    modes: isolated ? { 4: 'isolated', 6: 'isolated' } : { 4: mode4, 6: mode6 },
    internal,
    icc: rng.chance(0.85),
    masquerade: rng.chance(0.85),
  };
}

const hex = (n: number): string => n.toString(16).padStart(2, '0');

function makeContainers(rng: Rng, networks: readonly NetworkSpec[]): ContainerSpec[] {
  let serial = 0;
  return rng.times(2, 4, (i): ContainerSpec => {
    const first = rng.pick(networks);
    const second = rng.pick(networks);
    const joined = rng.chance(0.25) && second !== first ? [first, second] : [first];
    // the card that leads out comes first: its network has the default route
    const cards = [...joined]
      .sort((a, b) => Number(b.leadsOut) - Number(a.leadsOut))
      .map((net, k) => {
        serial++;
        const host = 2 + i;
        return {
          bridge: net.name,
          hostEnd: `veth${serial}`,
          name: `eth${k}`,
          v4: `172.${net.number}.0.${host}`,
          v6: net.v6 ? `fd00:${net.number}::${host.toString(16)}` : undefined,
          mac: `02:00:00:00:${hex(net.number)}:${hex(host)}`,
        };
      });
    return { name: `c${i + 1}`, cards };
  });
}

function publish(rng: Rng, containers: readonly ContainerSpec[], networks: readonly NetworkSpec[], uplink: string): PublishedSpec[] {
  let next = 8080;
  return containers.flatMap((container) =>
    rng
      .times(0, 2, (): PublishedSpec => {
        const network = networks.find((n) => n.name === container.cards[0]?.bridge)!;
        const containerPort = rng.pick(SERVICES);
        const bound = rng.pick([{}, {}, {}, { hostIp: '127.0.0.1' }, { hostIp: uplink }]);
        return {
          container: container.name,
          network,
          proto: rng.pick(['tcp', 'tcp', 'udp']),
          hostPort: next++,
          containerPort,
          ...bound,
        };
      })
      .filter(({ network }) => !network.internal),
  );
}

/** @returns a host as an Engine sets it up: networks of every kind, containers on them, ports published. */
export function makeDockerWorld(rng: Rng): DockerWorld {
  const since28 = rng.chance(0.65);
  const engine = { since28, proxy: rng.chance(0.6), ip6tables: since28 || rng.chance(0.4) };
  const networks = rng.times(1, 3, (i) => makeNetwork(rng, i, engine));
  const containers = makeContainers(rng, networks);
  const uplinks = makeUplinks(rng.chance(0.4) ? 2 : 1);
  const published = publish(rng, containers, networks, uplinks[0]!.v4);
  return { engine, networks, bridges: networks, containers, stacked: [], uplinks, outside: OUTSIDE, published };
}

/** @returns the address of a container on its first network, of one family. */
export function addressOf({ containers }: DockerWorld, name: string, family: Family): string | undefined {
  const card = containers.find((c) => c.name === name)?.cards[0];
  return family === 4 ? card?.v4 : card?.v6;
}

/** @returns whether the host's own port leads to a published one, by one family: a routed network has none. */
export function isForwarded({ network, hostIp }: PublishedSpec, family: Family): boolean {
  if (hostIp !== undefined && hostIp.includes(':') !== (family === 6)) return false;
  return network.modes[family] === 'nat' || network.modes[family] === 'nat-unprotected';
}
