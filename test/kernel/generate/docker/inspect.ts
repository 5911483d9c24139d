import type { Family } from '../../../../src/address/ip.js';
import { gateway, type ContainerSpec } from '../world.js';
import { isForwarded, type DockerWorld, type NetworkSpec, type PublishedSpec } from './world.js';

const idOf = (kind: string, n: number): string => `${kind}${String(n).padStart(3, '0')}`.padEnd(64, '0');
const networkId = (net: NetworkSpec): string => idOf('ae', net.number);

function portsOf(published: readonly PublishedSpec[]): unknown {
  const bound = (port: PublishedSpec): readonly unknown[] =>
    ([4, 6] as const)
      .filter((family) => isForwarded(port, family) && (port.hostIp === undefined || family === 4))
      .map((family) => ({ HostIp: port.hostIp ?? (family === 4 ? '0.0.0.0' : '::'), HostPort: String(port.hostPort) }));
  const keys = [...new Set(published.map((p) => `${p.containerPort}/${p.proto}`))];
  return Object.fromEntries(keys.map((key) => [key, published.filter((p) => `${p.containerPort}/${p.proto}` === key).flatMap(bound)]));
}

function containerOf(world: DockerWorld, { name, cards }: ContainerSpec, i: number): unknown {
  const netOf = (bridge: string): NetworkSpec => world.networks.find((n) => n.name === bridge)!;
  const address = (net: NetworkSpec, family: Family): string => (net.routed && net.leadsOut ? gateway(net, family) : '');
  return {
    Id: idOf('c0', i),
    Name: `/${name}`,
    State: { Status: 'running', Running: true, Pid: 1000 + i },
    Config: { Image: 'image' },
    HostConfig: { NetworkMode: netOf(cards[0]!.bridge).network },
    NetworkSettings: {
      Ports: portsOf(world.published.filter((p) => p.container === name)),
      Networks: Object.fromEntries(
        cards.map(({ bridge, v4, v6, mac }) => {
          const net = netOf(bridge);
          const six = v6 === undefined ? {} : { GlobalIPv6Address: v6, GlobalIPv6PrefixLen: 64, IPv6Gateway: address(net, 6) };
          const own = { NetworkID: networkId(net), MacAddress: mac, IPAddress: v4, IPPrefixLen: 24, Gateway: address(net, 4) };
          return [net.network, { ...own, ...six }];
        }),
      ),
    },
  };
}

function networkOf(net: NetworkSpec): unknown {
  const option = (name: string, value: string): readonly [string, string] => [`com.docker.network.bridge.${name}`, value];
  return {
    Id: networkId(net),
    Name: net.network,
    Driver: 'bridge',
    Scope: 'local',
    Internal: net.internal,
    EnableIPv6: net.v6,
    IPAM: {
      Config: ([4, 6] as const)
        .filter((family) => family === 4 || net.v6)
        .map((family) => ({
          Subnet: family === 4 ? `172.${net.number}.0.0/24` : `fd00:${net.number}::/64`,
          ...(net.routed && { Gateway: gateway(net, family) }),
        })),
    },
    Options: Object.fromEntries([
      option('name', net.name),
      option('enable_icc', String(net.icc)),
      option('enable_ip_masquerade', String(net.masquerade)),
      option('gateway_mode_ipv4', net.modes[4]),
      option('gateway_mode_ipv6', net.modes[6]),
    ]),
  };
}

/** @returns what `docker inspect` and `docker network inspect` print of such a host, by the file of the snapshot. */
export function inspected(world: DockerWorld): Readonly<Record<string, unknown>> {
  return { 'containers.json': world.containers.map((c, i) => containerOf(world, c, i)), 'networks.json': world.networks.map(networkOf) };
}
