import type { Link, Space } from './host-builder.js';

type Changes = Partial<Space>;

/** A container's namespace: eth0 with this address, default route by the bridge. */
export function container(index: number, address: string, gateway: string, peer: number, changes: Changes = {}): Space {
  return {
    links: [{ name: 'eth0', index, kind: 'veth', addrs: [`${address}/16`], peer, nsid: 0 }],
    routes: [
      `default via ${gateway} dev eth0`,
      `${address.split('.').slice(0, 2).join('.')}.0.0/16 dev eth0 proto kernel scope link src ${address}`,
    ],
    ...changes,
  };
}

const UPLINK: Link = { name: 'eth0', index: 2, addrs: ['192.0.2.10/24'] };
const BRIDGE: Link = { name: 'docker0', index: 3, kind: 'bridge', addrs: ['172.17.0.1/16'] };

/** The host of the lab: an uplink, docker0, and a port for each of `web` and `db`. */
export function labHost(changes: Changes = {}): Space {
  return {
    links: [
      UPLINK,
      BRIDGE,
      { name: 'vweb', index: 4, kind: 'veth', master: 'docker0', peer: 10, nsid: 1 },
      { name: 'vdb', index: 5, kind: 'veth', master: 'docker0', peer: 11, nsid: 2 },
    ],
    routes: [
      'default via 192.0.2.1 dev eth0',
      '192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10',
      '172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1',
    ],
    ports: [
      { dev: 'vweb', bridge: 'docker0' },
      { dev: 'vdb', bridge: 'docker0' },
    ],
    ...changes,
  };
}

/** The host with two containers on docker0: web listens on tcp 80, db on udp 53. */
export function lab(host: Changes = {}, web: Changes = {}, db: Changes = {}): Readonly<Record<string, Space>> {
  return {
    host: labHost(host),
    web: container(10, '172.17.0.2', '172.17.0.1', 4, { listen: ['tcp 0.0.0.0:80'], ...web }),
    db: container(11, '172.17.0.3', '172.17.0.1', 5, { listen: ['udp 0.0.0.0:53'], ...db }),
  };
}
