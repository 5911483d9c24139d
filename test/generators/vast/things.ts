import { hex, host, inet, ip, lines, link, list, mac, net30 } from './host.js';
import type { Kinds } from './kinds.js';

/** What is there beside rules, and rules that lead somewhere else. */
export const THINGS: Kinds = {
  'sockets of one port each': {
    size: 60_000,
    make: (n) =>
      host({
        sockets: lines(n, (i) => `tcp LISTEN 0 128 0.0.0.0:${2000 + (i % 63_000)} 0.0.0.0:* users:(("p${i}",pid=${10_000 + i},fd=3))`),
      }),
  },
  'sockets of an address and a port each': {
    size: 60_000,
    make: (n) =>
      host({
        sockets: lines(n, (i) => `udp UNCONN 0 0 ${ip(11, i)}:${1 + (i % 65_535)} 0.0.0.0:* users:(("p${i}",pid=${10_000 + i},fd=3))`),
      }),
  },
  'interfaces without an address': {
    size: 20_000,
    make: (n) => host({ links: list(n, (i) => link(400_000 + i, `dum${i}`, 'dummy', [])) }),
  },
  'interfaces with an address': {
    size: 20_000,
    make: (n) => host({ links: list(n, (i) => link(400_000 + i, `dum${i}`, 'dummy', [inet(net30(21, i).one, 30)])) }),
  },
  'uplinks with an address': {
    size: 20_000,
    make: (n) => host({ links: list(n, (i) => link(400_000 + i, `eth${i}`, undefined, [inet(net30(21, i).one, 30)])) }),
  },
  'addresses of one interface': {
    size: 20_000,
    make: (n) =>
      host({
        links: [
          link(
            400_000,
            'many0',
            undefined,
            list(n, (i) => inet(net30(21, i).one, 30)),
          ),
        ],
      }),
  },
  routes: {
    size: 60_000,
    make: (n) =>
      host({ routes: list(n, (i) => ({ dst: net30(21, i).net, gateway: `198.51.100.${2 + (i % 200)}`, dev: 'up0', flags: [] })) }),
  },
  'routes of tables': {
    size: 20_000,
    make: (n) =>
      host({
        routes: list(n, (i) => ({ dst: net30(21, i).net, gateway: `198.51.100.2`, dev: 'up0', table: String(1000 + i), flags: [] })),
        rules: list(n, (i) => ({ priority: 100 + i, src: net30(22, i).one, table: String(1000 + i) })),
      }),
  },
  'ip rules': {
    size: 20_000,
    make: (n) => host({ rules: list(n, (i) => ({ priority: 100 + (i % 30_000), src: ip(11, i), table: 'main' })) }),
  },
  'ip rules of marks': {
    size: 20_000,
    make: (n) =>
      host({ rules: list(n, (i) => ({ priority: 100 + (i % 30_000), src: 'all', fwmark: `0x${hex(i + 1, 1)}`, table: 'main' })) }),
  },
  neighbours: {
    size: 60_000,
    make: (n) =>
      host({ neighbours: list(n, (i) => ({ dst: ip(11, i), dev: 'up0', lladdr: mac(i), state: [i % 2 ? 'PERMANENT' : 'REACHABLE'] })) }),
  },
  containers: { size: 5000, make: (n) => host({ containers: n }) },
  'networks of one container': { size: 2000, make: (n) => host({ networks: n }) },
  'published ports': { size: 30_000, make: (n) => host({ published: n }) },
  'chains that jump to the next': {
    size: 20_000,
    make: (n) =>
      host({
        chains: lines(n, (i) => `:K${i} - [0:0]`),
        filter: `-A DOCKER-USER -j K0\n${lines(n - 1, (i) => `-A K${i} -j K${i + 1}`)}`,
      }),
  },
  'chains that jump to the next on a port': {
    size: 20_000,
    make: (n) =>
      host({
        chains: lines(n, (i) => `:K${i} - [0:0]`),
        filter: `-A DOCKER-USER -j K0\n${lines(n - 1, (i) => `-A K${i} -p tcp -m tcp --dport ${i + 1} -j RETURN\n-A K${i} -j K${i + 1}`)}`,
      }),
  },
  'DNAT of one port each': {
    size: 30_000,
    make: (n) =>
      host({
        nat: lines(n, (i) => `-A DOCKER -p tcp -m tcp --dport ${2000 + i} -j DNAT --to-destination 172.17.0.${2 + (i % 2)}:${1 + i}`),
      }),
  },
  'DNAT of one address each': {
    size: 30_000,
    make: (n) =>
      host({ nat: lines(n, (i) => `-A PREROUTING -d ${ip(31, i)}/32 -j DNAT --to-destination ${i % 2 ? '172.17.0.2' : ip(31, i + 1)}`) }),
  },
  'NETMAP of one prefix each': {
    size: 5000,
    make: (n) => host({ nat: lines(n, (i) => `-A PREROUTING -d ${net30(31, i).net} -j NETMAP --to ${net30(32, i + 1).net}`) }),
  },
  'rules with comments of a megabyte': {
    size: 64,
    make: (n) =>
      host({ filter: lines(n, (i) => `-A DOCKER-USER -s ${ip(11, i)}/32 -m comment --comment "${'x'.repeat(1 << 20)}" -j DROP`) }),
  },
};
