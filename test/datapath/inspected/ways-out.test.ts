import { describe, expect, test } from 'vitest';
import type { Netns } from '../../../src/model/host.js';
import { createMachine } from '../../../src/datapath/index.js';
import { loadFiles } from '../../../src/snapshot/index.js';

/** A network of a case: its number is the third byte of its subnet. */
interface Net {
  readonly name: string;
  readonly nr: number;
  readonly internal?: true;
  readonly six?: true;
  /** It has no IPv4 (since Engine 28). */
  readonly only6?: true;
  readonly driver?: string;
  /** What `docker inspect` of the container says of it; by default the first address of the subnet, and none of an internal one. */
  readonly gateway?: string;
  readonly gateway6?: string;
  readonly priority?: number;
}

const id = ({ nr }: Net): string => String(nr).padStart(12, 'a').padEnd(64, 'b');

function networkOf(net: Net, member?: string): object {
  const { name, nr, internal = false, six = false, driver = 'bridge' } = net;
  const config = [
    { Subnet: `10.9.${nr}.0/24`, Gateway: `10.9.${nr}.1` },
    ...(six ? [{ Subnet: `fd09:${nr}::/64`, Gateway: `fd09:${nr}::1` }] : []),
  ];
  const Containers =
    member === undefined
      ? {}
      : { [member.repeat(64).slice(0, 64)]: { Name: 'app', IPv4Address: `10.9.${nr}.5/24`, MacAddress: `02:00:00:00:00:0${nr}` } };
  return { Id: id(net), Name: name, Driver: driver, Internal: internal, EnableIPv6: six, IPAM: { Config: config }, Containers };
}

function endpointOf(net: Net): object {
  const {
    nr,
    internal,
    six,
    gateway = internal ? '' : `10.9.${nr}.1`,
    gateway6 = internal || !six ? '' : `fd09:${nr}::1`,
    priority = 0,
    only6 = false,
  } = net;
  const v6 = six === true ? { GlobalIPv6Address: `fd09:${nr}::5`, GlobalIPv6PrefixLen: 64 } : {};
  return {
    NetworkID: id(net),
    IPAddress: only6 ? '' : `10.9.${nr}.5`,
    IPPrefixLen: only6 ? 0 : 24,
    Gateway: only6 ? '' : gateway,
    IPv6Gateway: gateway6,
    GwPriority: priority,
    ...v6,
  };
}

const hostLinks = JSON.stringify([
  { ifindex: 1, ifname: 'lo', flags: ['LOOPBACK', 'UP', 'LOWER_UP'], link_type: 'loopback', addr_info: [] },
  {
    ifindex: 2,
    ifname: 'eth0',
    flags: ['UP', 'LOWER_UP'],
    link_type: 'ether',
    addr_info: [{ family: 'inet', local: '192.0.2.2', prefixlen: 24 }],
  },
]);

/** The container's namespace as only Docker tells of it. */
function toldNetns(
  nets: readonly Net[],
  more: { readonly docker?: string; readonly byNetworksAlone?: true; readonly podman?: true; readonly gwbridge?: true } = {},
): Netns {
  const app = {
    Id: 'c'.repeat(64),
    Name: '/app',
    State: { Running: true },
    HostConfig: { NetworkMode: nets[0]?.name },
    NetworkSettings: { Networks: Object.fromEntries(nets.map((net) => [net.name, endpointOf(net)])) },
    ...(more.podman === true && { ConmonPidFile: '/run/x' }),
  };
  const alone = more.byNetworksAlone === true;
  const networks = nets.map((net) =>
    more.podman === true
      ? {
          id: id(net),
          name: net.name,
          driver: 'bridge',
          network_interface: `podman${net.nr}`,
          internal: net.internal === true,
          subnets: [{ subnet: `10.9.${net.nr}.0/24`, gateway: `10.9.${net.nr}.1` }],
        }
      : networkOf(net, alone ? 'd' : undefined),
  );
  const meta = { format: 'dtrace-path-snapshot/1', ...(more.docker !== undefined && { docker: more.docker }) };
  const files = new Map([
    ['meta.json', JSON.stringify(meta)],
    ['host/ip-addr.json', hostLinks],
    ['docker/networks.json', JSON.stringify([...networks, ...(more.gwbridge === true ? [gwbridge] : [])])],
    ...(alone ? [] : [['docker/containers.json', JSON.stringify([app])] as const]),
  ]);
  return createMachine(loadFiles(files)).host.netns.get('app')!;
}

/** Its default routes, and what of its routes is left open. */
function ways(netns: Netns): readonly string[] {
  const defaults = netns.routes
    .filter((route) => route.dst.length === 0)
    .map((route) => `${route.family} ${route.text.split(',')[0]?.replace('default by ', '') ?? ''}`);
  const listing = netns.sources.get('route');
  return [...defaults, ...(listing?.why ?? [])];
}

const FRONT: Net = { name: 'front', nr: 1 };
const SIX: Net = { name: 'six', nr: 2, six: true };
const ONLY_SIX: Net = { name: 'only', nr: 5, six: true, only6: true };
const VAULT: Net = { name: 'avault', nr: 3, internal: true };
/** As Engine 24 and older describe it. */
const OLD_VAULT: Net = { ...VAULT, six: true, gateway: '10.9.3.1', gateway6: 'fd09:3::1' };
/** The network that Docker makes for containers of overlays: their own descriptions leave it out. */
const gwbridge = {
  ...networkOf({ name: 'docker_gwbridge', nr: 9 }),
  Containers: { ['c'.repeat(64)]: { Name: 'gateway_0a1b2c3d4e5f', IPv4Address: '10.9.9.7/24', MacAddress: '02:00:00:00:00:09' } },
};
const OVERLAY: Net = { name: 'mesh', nr: 4, driver: 'overlay', gateway: '' };

describe('by which network a container of which only Docker tells sends what is for others', () => {
  test.each<[string, readonly Net[], Parameters<typeof toldNetns>[1], readonly string[]]>([
    ['one network', [FRONT], {}, ['4 eth0']],
    ['both families', [SIX], {}, ['4 eth0', '6 eth0']],
    ['an internal network alone, since Engine 25', [VAULT], {}, []],
    ['an internal network alone, before', [OLD_VAULT], {}, ['4 eth0', '6 eth0']],
    ['an internal network that stands first', [OLD_VAULT, SIX], {}, ['4 eth1', '6 eth1']],
    ['a priority', [FRONT, { ...SIX, priority: 5 }], {}, ['4 eth1', '6 eth1']],
    ['of podman, whose inspect names a gateway always', [{ ...VAULT, gateway: '10.9.3.1' }], { podman: true }, []],
    // as recorded of Engines 26.1 and 28.5
    ['a network of both families goes before one of IPv4', [FRONT, SIX], { docker: '28.5.2' }, ['4 eth1', '6 eth1']],
    ['likewise before Engine 28', [FRONT, SIX], { docker: '26.1.5' }, ['4 eth1', '6 eth1']],
    ['likewise where the version is not known', [FRONT, SIX], {}, ['4 eth1', '6 eth1']],
    [
      'a network of both families goes before a higher priority',
      [{ ...FRONT, priority: 9 }, SIX],
      { docker: '28.5.2' },
      ['4 eth1', '6 eth1'],
    ],
    ['each family has its own since Engine 28', [FRONT, ONLY_SIX], { docker: '28.5.2' }, ['4 eth0', '6 eth1']],
    [
      'which of both is not known',
      [FRONT, ONLY_SIX],
      {},
      ['4 eth0', 'which network is its way out in IPv6 depends on the version of Docker'],
    ],
    ['an overlay beside a bridge', [FRONT, OVERLAY], {}, ['4 eth0']],
    ['an overlay, whose container leads on by docker_gwbridge', [OVERLAY], { gwbridge: true }, ['4 eth1']],
    ['an overlay alone', [OVERLAY], {}, ['its way out is by a network of which docker inspect does not tell the gateway']],
    [
      'an internal network that alone tells of it',
      [VAULT],
      { byNetworksAlone: true },
      ['whether a container of an internal network has a default route depends on the version of Docker'],
    ],
  ])('%s', (_, nets, more, expected) => {
    expect(ways(toldNetns(nets, more))).toEqual(expected);
  });
});
