import { testCases } from '../../support/cases.js';
import { lab } from '../../support/lab.js';

const out = { from: 'web', to: '203.0.113.8', dport: 443 } as const;

testCases([
  {
    what: 'ACCEPT ends one table; the next at the hook is met all the same',
    spaces: lab({
      iptables: {
        mangle: ['-A FORWARD -j ACCEPT', '-A FORWARD -j DROP'],
        filter: ['-A FORWARD -j ACCEPT'],
        security: ['-A FORWARD -j DROP'],
      },
    }),
    flow: out,
    told: {
      outcome: 'timeout',
      reason: "`-A FORWARD -j DROP` in host's security FORWARD drops it",
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: ['host mangle -A FORWARD -j ACCEPT', 'host filter -A FORWARD -j ACCEPT', 'host security -A FORWARD -j DROP'],
    },
  },
  {
    what: "every hook and table of a packet that is forwarded, in the kernel's order",
    spaces: lab({
      iptables: {
        filter: ['-A FORWARD -j LOG', '-A INPUT -j DROP', '-A OUTPUT -j DROP'],
        nat: ['-A PREROUTING -j LOG', '-A POSTROUTING -j LOG', '-A POSTROUTING -j MASQUERADE'],
        security: ['-A FORWARD -j LOG'],
        mangle: ['-A PREROUTING -j LOG', '-A FORWARD -j LOG', '-A POSTROUTING -j LOG'],
        raw: ['-A PREROUTING -j LOG'],
      },
    }),
    flow: out,
    told: {
      outcome: 'leaves-host',
      reason: 'the packet leaves host by eth0 as 192.0.2.10:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot',
      packets: [
        '172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in',
        '192.0.2.10:49152 > 203.0.113.8:443: host eth0 out',
      ],
      rules: [
        'host raw -A PREROUTING -j LOG',
        'host mangle -A PREROUTING -j LOG',
        'host nat -A PREROUTING -j LOG',
        'host mangle -A FORWARD -j LOG',
        'host filter -A FORWARD -j LOG',
        'host security -A FORWARD -j LOG',
        'host mangle -A POSTROUTING -j LOG',
        'host nat -A POSTROUTING -j LOG',
        'host nat -A POSTROUTING -j MASQUERADE',
      ],
    },
  },
  {
    what: 'every hook and table of a packet to this machine, where nat comes last',
    spaces: lab({
      listen: ['tcp 0.0.0.0:443'],
      iptables: {
        nat: ['-A INPUT -j LOG', '-A PREROUTING -p tcp -j REDIRECT'],
        filter: ['-A INPUT -j LOG'],
        security: ['-A INPUT -j LOG'],
        mangle: ['-A INPUT -j LOG'],
      },
    }),
    flow: out,
    told: {
      outcome: 'connected',
      reason: 'a listener on tcp *:443 in host answers',
      packets: [
        '172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in',
        '< 203.0.113.8:443 > 172.17.0.2:49152: host docker0 out, host vweb out, web eth0 in',
      ],
      rules: [
        'host nat -A PREROUTING -p tcp -j REDIRECT',
        'host mangle -A INPUT -j LOG',
        'host filter -A INPUT -j LOG',
        'host security -A INPUT -j LOG',
        'host nat -A INPUT -j LOG',
      ],
    },
  },
  {
    what: '-o where INPUT leads sees an interface without a name',
    spaces: lab({
      listen: ['tcp 0.0.0.0:22'],
      iptables: { filter: ['-N IN', '-A INPUT -j IN', '-A IN ! -o eth9 -j LOG', '-A IN -o docker+ -j DROP'] },
    }),
    flow: { from: 'web', to: '172.17.0.1', dport: 22 },
    told: {
      outcome: 'connected',
      reason: 'a listener on tcp *:22 in host answers',
      packets: [
        '172.17.0.2:49152 > 172.17.0.1:22: web eth0 out, host vweb in, host docker0 in',
        '< 172.17.0.1:22 > 172.17.0.2:49152: host docker0 out, host vweb out, web eth0 in',
      ],
      rules: ['host filter -A INPUT -j IN', 'host filter -A IN ! -o eth9 -j LOG'],
    },
  },
  {
    what: 'filter OUTPUT still sees the device chosen before nat OUTPUT changed the destination',
    spaces: lab({
      iptables: {
        nat: ['-A OUTPUT -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80', '-A POSTROUTING -o docker0 -j LOG'],
        filter: ['-A OUTPUT -o docker0 -j DROP', '-A OUTPUT -o lo -j LOG'],
      },
    }),
    flow: { from: 'host', to: '192.0.2.10', dport: 8080 },
    told: {
      outcome: 'connected',
      reason: 'a listener on tcp *:80 in web answers',
      packets: [
        '192.0.2.10:49152 > 172.17.0.2:80: host docker0 out, host vweb out, web eth0 in',
        '< 172.17.0.2:80 > 192.0.2.10:49152: web eth0 out, host vweb in, host docker0 in',
      ],
      rules: [
        'host nat -A OUTPUT -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
        'host filter -A OUTPUT -o lo -j LOG',
        'host nat -A POSTROUTING -o docker0 -j LOG',
      ],
    },
  },
  {
    what: 'a mark is lost where the namespace changes',
    spaces: lab(
      { iptables: { filter: ['-A FORWARD -m mark --mark 0x7 -j DROP'] } },
      { iptables: { mangle: ['-A OUTPUT -j MARK --set-xmark 0x7/0xffffffff'], filter: ['-A OUTPUT -m mark --mark 0x7 -j LOG'] } },
    ),
    flow: out,
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth0 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth0 out'],
      rules: ['web mangle -A OUTPUT -j MARK --set-xmark 0x7/0xffffffff', 'web filter -A OUTPUT -m mark --mark 0x7 -j LOG'],
    },
  },
  {
    what: "a container's own rules: the answer is dropped inside it",
    spaces: lab({}, { iptables: { filter: ['-A OUTPUT -m conntrack --ctstate ESTABLISHED -j DROP'] } }),
    flow: { from: 'host', to: 'web', dport: 80 },
    told: {
      outcome: 'timeout',
      reason: "the answer is lost on the way back: `-A OUTPUT -m conntrack --ctstate ESTABLISHED -j DROP` in web's filter OUTPUT drops it",
      packets: ['172.17.0.1:49152 > 172.17.0.2:80: host docker0 out, host vweb out, web eth0 in'],
      rules: [],
    },
  },
]);
