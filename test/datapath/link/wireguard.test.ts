import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { loadFiles } from '../../../src/snapshot/assemble.js';

const dev = (ifindex: number, ifname: string, local: string, more: object = {}): object => ({
  ifindex,
  ifname,
  flags: ['UP', 'LOWER_UP'],
  mtu: 1420,
  operstate: 'UP',
  link_type: 'ether',
  address: `02:00:00:00:00:0${ifindex}`,
  addr_info: [{ family: 'inet', local, prefixlen: 24, scope: 'global' }],
  ...more,
});
const WG = { flags: ['POINTOPOINT', 'NOARP', 'UP', 'LOWER_UP'], link_type: 'none', linkinfo: { info_kind: 'wireguard' } };
const SAVED = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';
const ROUTES = [
  'default via 192.0.2.1 dev eth0',
  '192.0.2.0/24 dev eth0 scope link src 192.0.2.10',
  '10.8.0.0/24 dev wg0 scope link src 10.8.0.1',
  '10.9.0.0/16 dev wg0 scope link',
];
const PEER = '203.0.113.8:51820';
const dump = (...peers: readonly (readonly [endpoint: string, allowed: string])[]): string =>
  [
    'wg0\t(hidden)\t(hidden)\t51820\toff',
    ...peers.map(([endpoint, allowed]) => `wg0\t(hidden)\t(none)\t${endpoint}\t${allowed}\t0\t0\t0\toff`),
  ].join('\n') + '\n';

/** What a flow from the host comes to, and why. */
function asked(to: string, shown: string | undefined, from = 'host'): readonly [string, string] {
  const files = new Map([
    ['host/ip-addr.json', JSON.stringify([dev(2, 'eth0', '192.0.2.10'), dev(3, 'wg0', '10.8.0.1', WG)])],
    ['host/ip-route.txt', `${ROUTES.join('\n')}\n`],
    ['host/ip-rule.txt', '0:\tfrom all lookup local\n32766:\tfrom all lookup main\n'],
    ['host/iptables-save.txt', SAVED],
    ['host/sysctl.txt', 'net.ipv4.ip_forward = 1\n'],
    ...(shown === undefined ? [] : [['host/wg-show.txt', shown] as const]),
  ]);
  const { outcome, reason } = traceFlow(createMachine(loadFiles(files)), { from, to, proto: 'tcp', dport: 22 });
  return [outcome, reason];
}

// wg_xmit, wg_allowedips_lookup_dst (drivers/net/wireguard): ENOKEY and EDESTADDRREQ end in an ICMP host unreachable
describe('a packet for a tunnel of WireGuard', () => {
  it.each<readonly [string, string | undefined, string, RegExp]>([
    ['10.8.0.2', undefined, 'leaves-host', /wg0/],
    ['10.8.0.2', dump([PEER, '10.8.0.2/32']), 'leaves-host', /wg0/],
    ['10.8.0.3', dump([PEER, '10.8.0.2/32']), 'unreachable', /no peer of host's wg0 has 10\.8\.0\.3 among its allowed IPs/],
    ['10.8.0.3', dump([PEER, '10.8.0.2/32'], [PEER, '0.0.0.0/0,::/0']), 'leaves-host', /wg0/],
    // the longest prefix decides, and its peer has not been heard of
    ['10.8.0.3', dump(['(none)', '10.8.0.3/32'], [PEER, '0.0.0.0/0']), 'unreachable', /has no endpoint yet/],
    // the destination decides, not the next hop
    ['10.9.7.7', dump([PEER, '10.9.0.0/16']), 'leaves-host', /wg0/],
    ['10.9.7.7', dump(), 'unreachable', /no peer/],
    // a listing that was cut tells of no peer that there is none
    ['10.8.0.3', `${dump([PEER, '10.8.0.2/32'])}wg0\t(hid`, 'leaves-host', /wg0/],
    ['203.0.113.9', dump(), 'leaves-host', /eth0/],
  ])('to %s', (to, shown, outcome, reason) => {
    const [found, why] = asked(to, shown);
    expect([found, why]).toEqual([outcome, expect.stringMatching(reason)]);
  });
  it('that is forwarded: the host tells the client at once', () =>
    expect(asked('10.8.0.3', dump([PEER, '10.8.0.2/32']), '192.0.2.77')).toEqual([
      'unreachable',
      "no peer of host's wg0 has 10.8.0.3 among its allowed IPs: WireGuard has nobody to send it to; host tells the client so",
    ]));
});
