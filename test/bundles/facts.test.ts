import { expect, it } from 'vitest';
import { loadFiles, takeIn } from '../../src/snapshot/index.js';

/** A file's host as the model has it: links with their addresses, routes, listeners; or why nothing of it is used. */
function told(text: string): unknown {
  try {
    const { netns } = loadFiles(takeIn([{ path: 'p', text }], 'p').files);
    const { interfaces, routes, sockets } = netns.get('host')!;
    return {
      links: interfaces.map(
        ({ name, carrier, addresses }) => `${name} ${carrier} ${addresses.map((a) => `${String(a.ip)}/${a.prefixLength}`).join(' ')}`,
      ),
      routes: routes.filter(({ origin }) => origin.line > 0 && interfaces.length === 0).map((route) => route.text),
      sockets: sockets.map((s) => `${s.proto} ${s.port}`),
    };
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
}

const facts = {
  ansible_facts: {
    ansible_interfaces: ['lo', 'eth0', 'br-0a1b2c3d4e5f'],
    ansible_default_ipv4: { address: '10.0.0.5', gateway: '10.0.0.1', interface: 'eth0' },
    ansible_lo: { device: 'lo', type: 'loopback', active: true, ipv4: { address: '127.0.0.1', netmask: '255.0.0.0' } },
    ansible_eth0: {
      device: 'eth0',
      type: 'ether',
      active: true,
      ipv4: { address: '10.0.0.5', netmask: '255.255.255.0' },
      ipv4_secondaries: [{ address: '10.0.0.6', prefix: '32' }],
    },
    ansible_br_0a1b2c3d4e5f: {
      device: 'br-0a1b2c3d4e5f',
      type: 'bridge',
      active: false,
      ipv4: { address: '172.18.0.1', netmask: '255.255.0.0' },
    },
  },
  changed: false,
};
const links = ['lo true 2130706433/8', 'eth0 true 167772165/24 167772166/32', 'br-0a1b2c3d4e5f false 2886860801/16'];
const route = (changes: object): object => ({
  destination: '0.0.0.0',
  flags: '0',
  gateway: '10.0.0.1',
  interface: 'eth0',
  metric: '100',
  netmask: '0',
  source: '10.0.0.5',
  type: 'gateway',
  ...changes,
});
const port = (changes: object): object => ({
  address: '0.0.0.0',
  family: '2',
  net_namespace: '4026531840',
  pid: '700',
  port: '22',
  protocol: '6',
  ...changes,
});

it.each<[string, string, unknown]>([
  ['ansible -m setup', `web01 | SUCCESS => ${JSON.stringify(facts, null, 4)}\n`, { links, routes: [], sockets: [] }],
  ['a file of ansible -m setup --tree', JSON.stringify(facts), { links, routes: [], sockets: [] }],
  [
    'addresses of osquery',
    JSON.stringify([{ address: '10.0.0.5', broadcast: '', interface: 'eth0', mask: '255.255.255.0', type: 'manual' }], null, 1),
    { links: ['lo true 2130706433/8', 'eth0 true 167772165/24'], routes: [], sockets: [] },
  ],
  [
    'routes of osquery',
    JSON.stringify([route({}), route({ destination: '10.0.0.5', netmask: '32', gateway: '', type: 'local', metric: '0' })]),
    {
      links: [],
      routes: ['0.0.0.0/0 via 10.0.0.1 dev eth0 src 10.0.0.5 metric 100', 'local 10.0.0.5/32 dev eth0 table local src 10.0.0.5'],
      sockets: [],
    },
  ],
  [
    'routes of osquery of which two are the same: they are of different tables',
    JSON.stringify([route({}), route({ gateway: '10.9.9.9' })]),
    'p: holds nothing that a path rests on (osquery routes: osquery does not tell of which table a route is: `ip route show table all` does). Give what commands such as `iptables-save`, `ip addr` and `docker inspect` print, or see docs/support-bundles.md',
  ],
  [
    'listeners of osquery: those of containers stand in the same table',
    JSON.stringify([
      port({}),
      port({ port: '53', protocol: '17' }),
      port({ port: '80', net_namespace: '4026532300' }),
      port({ port: '0', family: '1' }),
    ]),
    { links: [], routes: [], sockets: ['tcp 22', 'udp 53'] },
  ],
  [
    'a name that no interface can bear',
    JSON.stringify([{ address: '10.0.0.5', interface: 'eth0 UP 6.6.6.6/8\neth1', mask: '24' }]),
    'p: holds nothing that a path rests on (osquery interface_addresses: an address of it is not understood). Give what commands such as `iptables-save`, `ip addr` and `docker inspect` print, or see docs/support-bundles.md',
  ],
])('%s', (_, text, expected) => {
  expect(told(text)).toEqual(expected);
});
