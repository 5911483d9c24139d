import { describe } from 'vitest';
import { testCases } from '../../support/cases.js';
import type { Space } from '../../support/host-builder.js';

function alone(addrs: readonly string[], routes: readonly string[], changes: Partial<Space> = {}): Readonly<Record<string, Space>> {
  const v6 = routes.some((r) => r.includes(':'));
  return { host: { links: [{ name: 'eth0', index: 2, addrs }], ...(v6 ? { routes6: routes } : { routes }), ...changes } };
}

const flow = (to: string) => ({ from: 'host', to, dport: 443, proto: 'udp' }) as const;

describe('IPv4 (fib_result_prefsrc, inet_select_addr)', () => {
  testCases([
    {
      what: 'the route says it',
      spaces: alone(['10.0.0.1/24', '10.0.0.7/24'], ['default via 10.0.0.254 dev eth0 src 10.0.0.7']),
      flow: flow('203.0.113.8'),
      told: {
        outcome: 'leaves-host',
        reason: 'the packet leaves host by eth0 as 10.0.0.7:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot',
        packets: ['10.0.0.7:49152 > 203.0.113.8:443: host eth0 out'],
        rules: [],
      },
    },
    {
      what: "the address on the gateway's subnet",
      spaces: alone(['10.0.0.1/24', '10.3.0.1/24'], ['default via 10.3.0.254 dev eth0']),
      flow: flow('203.0.113.8'),
      told: {
        outcome: 'leaves-host',
        reason: 'the packet leaves host by eth0 as 10.3.0.1:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot',
        packets: ['10.3.0.1:49152 > 203.0.113.8:443: host eth0 out'],
        rules: [],
      },
    },
    {
      what: 'a route without gateway takes the first address, whatever subnet the destination is in',
      spaces: alone(['10.0.0.1/24', '10.3.0.1/24'], ['10.3.7.0/24 dev eth0 scope link']),
      flow: flow('10.3.7.9'),
      told: {
        outcome: 'leaves-host',
        reason: 'the packet leaves host by eth0 as 10.0.0.1:49152 → 10.3.7.9:443; what lies beyond is not in the snapshot',
        packets: ['10.0.0.1:49152 > 10.3.7.9:443: host eth0 out'],
        rules: [],
      },
    },
    {
      what: 'secondary addresses are passed over',
      spaces: alone(['10.0.0.1/24', '10.0.0.2/24 secondary'], ['default dev eth0 scope link']),
      flow: flow('203.0.113.8'),
      told: {
        outcome: 'leaves-host',
        reason: 'the packet leaves host by eth0 as 10.0.0.1:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot',
        packets: ['10.0.0.1:49152 > 203.0.113.8:443: host eth0 out'],
        rules: [],
      },
    },
    {
      what: 'a device without address borrows one, even of a device that is down',
      spaces: {
        host: {
          links: [
            { name: 'eth0', index: 2, addrs: ['10.7.0.1/24'], down: true },
            { name: 'eth1', index: 3 },
          ],
          routes: ['10.88.0.0/24 dev eth1 scope link'],
        },
      },
      flow: flow('10.88.0.5'),
      told: {
        outcome: 'leaves-host',
        reason: 'the packet leaves host by eth1 as 10.7.0.1:49152 → 10.88.0.5:443; what lies beyond is not in the snapshot',
        packets: ['10.7.0.1:49152 > 10.88.0.5:443: host eth1 out'],
        rules: [],
      },
    },
    {
      what: 'no address at all',
      spaces: alone([], ['default dev eth0 scope link']),
      flow: flow('203.0.113.8'),
      told: { outcome: 'unreachable', reason: 'host has no address to send from (EADDRNOTAVAIL in host)', packets: [], rules: [] },
    },
    {
      what: 'a local destination is its own source',
      spaces: alone(['10.0.0.1/24'], ['default via 10.0.0.254 dev eth0'], { listen: ['udp 0.0.0.0:443 dns'] }),
      flow: flow('10.0.0.1'),
      told: {
        outcome: 'connected',
        reason: 'dns on udp *:443 in host answers',
        packets: ['10.0.0.1:49152 > 10.0.0.1:443: host lo in', '< 10.0.0.1:443 > 10.0.0.1:49152: host lo in'],
        rules: [],
      },
    },
  ]);
});

describe('IPv6 (RFC 6724 section 5)', () => {
  const far = ['default via fe80::9 dev eth0'];
  testCases([
    {
      what: 'rule 2: the scope that fits',
      spaces: alone(['fe80::1/64', '2001:db8::1/64'], far),
      flow: flow('2001:db8:5::8'),
      told: {
        outcome: 'leaves-host',
        reason: 'the packet leaves host by eth0 as [2001:db8::1]:49152 → [2001:db8:5::8]:443; what lies beyond is not in the snapshot',
        packets: ['[2001:db8::1]:49152 > [2001:db8:5::8]:443: host eth0 out'],
        rules: [],
      },
    },
    {
      what: 'rule 3: not a deprecated one',
      spaces: alone(['2001:db8::1/64 deprecated', 'fd00::1/64'], far),
      flow: flow('2001:db8:5::8'),
      told: {
        outcome: 'leaves-host',
        reason: 'the packet leaves host by eth0 as [fd00::1]:49152 → [2001:db8:5::8]:443; what lies beyond is not in the snapshot',
        packets: ['[fd00::1]:49152 > [2001:db8:5::8]:443: host eth0 out'],
        rules: [],
      },
    },
    {
      what: 'rule 6: the same label',
      spaces: alone(['fd00::1/64', '2001:db8::1/64'], far),
      flow: flow('fd77::8'),
      told: {
        outcome: 'leaves-host',
        reason: 'the packet leaves host by eth0 as [fd00::1]:49152 → [fd77::8]:443; what lies beyond is not in the snapshot',
        packets: ['[fd00::1]:49152 > [fd77::8]:443: host eth0 out'],
        rules: [],
      },
    },
    {
      what: 'rule 7: public before temporary unless use_tempaddr asks',
      spaces: alone(['2001:db8::aa/64 temporary', '2001:db8::1/64'], far),
      flow: flow('2001:db8:5::8'),
      told: {
        outcome: 'leaves-host',
        reason: 'the packet leaves host by eth0 as [2001:db8::1]:49152 → [2001:db8:5::8]:443; what lies beyond is not in the snapshot',
        packets: ['[2001:db8::1]:49152 > [2001:db8:5::8]:443: host eth0 out'],
        rules: [],
      },
    },
    {
      what: 'rule 7 the other way: use_tempaddr=2',
      spaces: alone(['2001:db8::1/64', '2001:db8::aa/64 temporary'], far, { sysctl: { 'net.ipv6.conf.eth0.use_tempaddr': 2 } }),
      flow: flow('2001:db8:5::8'),
      told: {
        outcome: 'leaves-host',
        reason: 'the packet leaves host by eth0 as [2001:db8::aa]:49152 → [2001:db8:5::8]:443; what lies beyond is not in the snapshot',
        packets: ['[2001:db8::aa]:49152 > [2001:db8:5::8]:443: host eth0 out'],
        rules: [],
      },
    },
    {
      what: 'rule 8: the longest common prefix',
      spaces: alone(['2001:db8:1::1/64', '2001:db8:5::1/64'], far),
      flow: flow('2001:db8:5:1::8'),
      told: {
        outcome: 'leaves-host',
        reason: 'the packet leaves host by eth0 as [2001:db8:5::1]:49152 → [2001:db8:5:1::8]:443; what lies beyond is not in the snapshot',
        packets: ['[2001:db8:5::1]:49152 > [2001:db8:5:1::8]:443: host eth0 out'],
        rules: [],
      },
    },
    {
      what: 'the route says it',
      spaces: alone(['2001:db8:1::1/64', '2001:db8:5::1/64'], ['default via fe80::9 dev eth0 src 2001:db8:1::1']),
      flow: flow('2001:db8:5:1::8'),
      told: {
        outcome: 'leaves-host',
        reason: 'the packet leaves host by eth0 as [2001:db8:1::1]:49152 → [2001:db8:5:1::8]:443; what lies beyond is not in the snapshot',
        packets: ['[2001:db8:1::1]:49152 > [2001:db8:5:1::8]:443: host eth0 out'],
        rules: [],
      },
    },
    {
      what: 'tentative addresses are not used',
      spaces: alone(['2001:db8::1/64 tentative'], far),
      flow: flow('2001:db8:5::8'),
      told: {
        outcome: 'timeout',
        reason:
          'the packet leaves host by eth0 as [::1]:49152 → [2001:db8:5::8]:443, but the answer is lost on the way back: a loopback address may not come in by eth0',
        packets: ['[::1]:49152 > [2001:db8:5::8]:443: host eth0 out'],
        rules: [],
      },
    },
  ]);
});
