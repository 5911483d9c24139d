import { describe, expect, test } from 'vitest';
import { createMachine, traceAll } from '../../../src/datapath/index.js';
import { testCases } from '../../support/cases.js';
import { buildHost } from '../../support/host-builder.js';
import { container, lab, labHost } from '../../support/lab.js';

const ssh = { listen: ['tcp 0.0.0.0:22 sshd'] };
const { links } = labHost();

describe('who and where', () => {
  testCases([
    {
      what: 'name:port',
      spaces: lab(),
      flow: { from: 'host', to: 'web:80' },
      told: {
        outcome: 'connected',
        reason: 'a listener on tcp *:80 in web answers',
        packets: [
          '172.17.0.1:49152 > 172.17.0.2:80: host docker0 out, host vweb out, web eth0 in',
          '< 172.17.0.2:80 > 172.17.0.1:49152: web eth0 out, host vweb in, host docker0 in',
        ],
        rules: [],
      },
    },
    {
      what: 'address:port',
      spaces: lab(),
      flow: { from: 'db', to: '172.17.0.2:80' },
      told: {
        outcome: 'connected',
        reason: 'a listener on tcp *:80 in web answers',
        packets: [
          '172.17.0.3:49152 > 172.17.0.2:80: db eth0 out, host vdb in, host vweb out, web eth0 in',
          '< 172.17.0.2:80 > 172.17.0.3:49152: web eth0 out, host vweb in, host vdb out, db eth0 in',
        ],
        rules: [],
      },
    },
    {
      what: 'without a port it is an echo',
      spaces: lab(),
      flow: { from: 'db', to: 'web' },
      told: {
        outcome: 'connected',
        reason: 'web answers the echo request',
        packets: [
          '172.17.0.3 > 172.17.0.2: db eth0 out, host vdb in, host vweb out, web eth0 in',
          '< 172.17.0.2 > 172.17.0.3: web eth0 out, host vweb in, host vdb out, db eth0 in',
        ],
        rules: [],
      },
    },
    {
      what: "a container's address instead of its name",
      spaces: lab(),
      flow: { from: '172.17.0.3', to: 'web:80' },
      told: {
        outcome: 'connected',
        reason: 'a listener on tcp *:80 in web answers',
        packets: [
          '172.17.0.3:49152 > 172.17.0.2:80: db eth0 out, host vdb in, host vweb out, web eth0 in',
          '< 172.17.0.2:80 > 172.17.0.3:49152: web eth0 out, host vweb in, host vdb out, db eth0 in',
        ],
        rules: [],
      },
    },
    {
      what: 'the host from a container is its gateway',
      spaces: lab(ssh),
      flow: { from: 'web', to: 'host:22' },
      told: {
        outcome: 'connected',
        reason: 'sshd on tcp *:22 in host answers',
        packets: [
          '172.17.0.2:49152 > 172.17.0.1:22: web eth0 out, host vweb in, host docker0 in',
          '< 172.17.0.1:22 > 172.17.0.2:49152: host docker0 out, host vweb out, web eth0 in',
        ],
        rules: [],
      },
    },
    {
      what: "the host from outside is the address of the default route's interface",
      spaces: lab(ssh),
      flow: { from: 'internet', to: 'host:22' },
      told: {
        outcome: 'connected',
        reason: 'sshd on tcp *:22 in host answers',
        packets: ['203.0.113.1:49152 > 192.0.2.10:22: host eth0 in', '< 192.0.2.10:22 > 203.0.113.1:49152: host eth0 out'],
        rules: [],
      },
    },
    {
      what: 'the internet is an address outside every subnet',
      spaces: lab({ routes: [...(labHost().routes ?? []), '203.0.113.0/24 via 192.0.2.2 dev eth0'] }),
      flow: { from: 'web', to: 'internet' },
      told: {
        outcome: 'leaves-host',
        reason:
          'the packet leaves host by eth0 as 172.17.0.2 → 198.51.100.1; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it',
        packets: ['172.17.0.2 > 198.51.100.1: web eth0 out, host vweb in, host docker0 in, host eth0 out'],
        rules: [],
      },
    },
    {
      what: "a container's own name is its own address",
      spaces: lab(),
      flow: { from: 'web', to: 'web:80' },
      told: {
        outcome: 'connected',
        reason: 'a listener on tcp *:80 in web answers',
        packets: ['172.17.0.2:49152 > 172.17.0.2:80: web lo in', '< 172.17.0.2:80 > 172.17.0.2:49152: web lo in'],
        rules: [],
      },
    },
    {
      what: 'localhost is the container itself',
      spaces: lab(),
      flow: { from: 'web', to: 'localhost:81' },
      told: {
        outcome: 'refused',
        reason: 'nothing listens on tcp 127.0.0.1:81 in web',
        packets: ['127.0.0.1:49152 > 127.0.0.1:81: web lo in', '< 127.0.0.1:81 > 127.0.0.1:49152: web lo in'],
        rules: [],
      },
    },
    {
      what: 'an unknown name',
      spaces: lab(),
      flow: { from: 'web', to: 'wbe:80' },
      told: {
        outcome: 'unknown',
        reason:
          'nothing in the snapshot is called "wbe" (did you mean web?); it knows host, web, db, and takes `host`, `internet` or an IP address',
        packets: [],
        rules: [],
      },
    },
    {
      what: 'a subnet',
      spaces: lab(),
      flow: { from: 'web', to: '172.17.0.0/16' },
      told: {
        outcome: 'unknown',
        reason: '"172.17.0.0/16" is a subnet; name one address in it, or ask for all of it by a policy (`dtrace-path check`)',
        packets: [],
        rules: [],
      },
    },
    {
      what: 'a port is missing',
      spaces: lab(),
      flow: { from: 'web', to: 'db', proto: 'udp' },
      told: { outcome: 'unknown', reason: 'a udp flow needs a port: --port N, or db:N', packets: [], rules: [] },
    },
    {
      what: 'an address the container does not have',
      spaces: lab(),
      flow: { from: 'web', to: 'db', src: '10.1.2.3' },
      told: {
        outcome: 'timeout',
        reason: 'the answer is lost on the way back: it leaves host by eth0 towards 10.1.2.3, which is not where the client is',
        packets: [
          '10.1.2.3 > 172.17.0.3: web eth0 out, host vweb in, host vdb out, db eth0 in',
          '< 172.17.0.3 > 10.1.2.3: db eth0 out, host vdb in, host docker0 in, host eth0 out',
        ],
        rules: [],
      },
    },
    {
      what: 'network none',
      spaces: { ...lab(), web: { links: [] } },
      flow: { from: 'web', to: '203.0.113.8', dport: 443 },
      told: { outcome: 'unreachable', reason: '203.0.113.8: no route (network unreachable) (ENETUNREACH in web)', packets: [], rules: [] },
    },
    {
      what: 'to a container without a network',
      spaces: { ...lab(), web: { links: [] } },
      flow: { from: 'db', to: 'web:80' },
      told: { outcome: 'unknown', reason: 'web has no address to be reached at: it is attached to no network', packets: [], rules: [] },
    },
    {
      what: 'an internal network has no default route',
      spaces: {
        ...lab(),
        web: container(10, '172.17.0.2', '172.17.0.1', 4, { routes: ['172.17.0.0/16 dev eth0 proto kernel scope link src 172.17.0.2'] }),
      },
      flow: { from: 'web', to: '203.0.113.8', dport: 443 },
      told: { outcome: 'unreachable', reason: '203.0.113.8: no route (network unreachable) (ENETUNREACH in web)', packets: [], rules: [] },
    },
    {
      what: 'the internet of a client that has only IPv6',
      spaces: lab(
        {
          links: [{ ...links[0]!, addrs: ['2001:db8:1::10/64'] }, { ...links[1]!, addrs: ['fd00::1/64'] }, ...links.slice(2)],
          routes: [],
          routes6: ['default via 2001:db8:1::1 dev eth0', 'fd00::/64 dev docker0', '2001:db8:1::/64 dev eth0'],
        },
        {
          links: [{ name: 'eth0', index: 10, kind: 'veth', peer: 4, nsid: 0, addrs: ['fd00::2/64'] }],
          routes: [],
          routes6: ['default via fd00::1 dev eth0', 'fd00::/64 dev eth0'],
        },
      ),
      flow: { from: 'internet', to: 'web' },
      told: {
        outcome: 'connected',
        reason: 'web answers the echo request',
        packets: [
          '2001:db8:ffff::1 > fd00::2: host eth0 in, host docker0 out, host vweb out, web eth0 in',
          '< fd00::2 > 2001:db8:ffff::1: web eth0 out, host vweb in, host docker0 in, host eth0 out',
        ],
        rules: [],
      },
    },
  ]);
});

test('every address of a name, the one on a shared network first', () => {
  const spaces = {
    ...lab({
      links: [
        ...links,
        { name: 'br1', index: 7, kind: 'bridge', addrs: ['172.18.0.1/16'] },
        { name: 'vweb1', index: 8, kind: 'veth', master: 'br1', peer: 20, nsid: 1 },
      ],
      ports: [...(labHost().ports ?? []), { dev: 'vweb1', bridge: 'br1' }],
      routes: [...(labHost().routes ?? []), '172.18.0.0/16 dev br1 proto kernel scope link src 172.18.0.1'],
    }),
    web: container(10, '172.17.0.2', '172.17.0.1', 4, {
      links: [
        { name: 'eth1', index: 20, kind: 'veth', peer: 8, nsid: 0, addrs: ['172.18.0.2/16'] },
        { name: 'eth0', index: 10, kind: 'veth', peer: 4, nsid: 0, addrs: ['172.17.0.2/16'] },
      ],
      listen: ['tcp 172.17.0.2:80'],
    }),
  };
  const traces = traceAll(createMachine(buildHost(spaces)), { from: 'db', to: 'web:80' });
  expect(traces.map(({ flow, outcome }) => [flow.dst, outcome])).toEqual([
    ['172.17.0.2', 'connected'],
    ['172.18.0.2', 'refused'],
  ]);
});
