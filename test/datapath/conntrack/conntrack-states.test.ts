import { testCases } from '../../support/cases.js';
import { lab } from '../../support/lab.js';

const out = { from: 'web', to: '203.0.113.8', dport: 443 } as const;

testCases([
  {
    what: 'notrack: UNTRACKED, no nat',
    spaces: lab({
      iptables: {
        raw: ['-A PREROUTING -j CT --notrack'],
        nat: ['-A POSTROUTING -j MASQUERADE'],
        filter: ['-A FORWARD -m conntrack --ctstate INVALID,NEW -j DROP', '-A FORWARD -m conntrack --ctstate UNTRACKED -j LOG'],
      },
    }),
    flow: out,
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth0 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth0 out'],
      rules: ['host raw -A PREROUTING -j CT --notrack', 'host filter -A FORWARD -m conntrack --ctstate UNTRACKED -j LOG'],
    },
  },
  {
    what: 'notrack of the answer alone: it is UNTRACKED and no longer ESTABLISHED',
    spaces: lab({
      iptables: {
        raw: ['-A PREROUTING -i docker0 -s 172.17.0.2/32 -p tcp -j CT --notrack'],
        filter: ['-A INPUT -m conntrack --ctstate NEW -j LOG', '-A INPUT -m conntrack --ctstate UNTRACKED -j DROP'],
      },
    }),
    flow: { from: 'host', to: 'web', dport: 80 },
    told: {
      outcome: 'timeout',
      reason: "the answer is lost on the way back: `-A INPUT -m conntrack --ctstate UNTRACKED -j DROP` in host's filter INPUT drops it",
      packets: [
        '172.17.0.1:49152 > 172.17.0.2:80: host docker0 out, host vweb out, web eth0 in',
        '< 172.17.0.2:80 > 172.17.0.1:49152: web eth0 out, host vweb in, host docker0 in',
      ],
      rules: [],
    },
  },
  {
    what: 'a zone on one side only: the answer belongs to no connection',
    spaces: lab({
      iptables: {
        raw: ['-A PREROUTING -i eth0 -j CT --zone 5'],
        filter: [
          '-P FORWARD DROP',
          '-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT',
          '-A FORWARD -i eth0 -p tcp -m tcp --dport 80 -j ACCEPT',
        ],
      },
    }),
    flow: { from: 'internet', to: '172.17.0.2', dport: 80 },
    told: {
      outcome: 'timeout',
      reason: "the answer is lost on the way back: no rule of host's filter FORWARD matched, and its policy is DROP",
      packets: [
        '203.0.113.1:49152 > 172.17.0.2:80: host eth0 in, host docker0 out, host vweb out, web eth0 in',
        '< 172.17.0.2:80 > 203.0.113.1:49152: web eth0 out, host vweb in, host docker0 in',
      ],
      rules: ['host raw -A PREROUTING -i eth0 -j CT --zone 5', 'host filter -A FORWARD -i eth0 -p tcp -m tcp --dport 80 -j ACCEPT'],
    },
  },
  ...(['--zone-orig 5', '--zone-reply 0'] as const).map((zone) => ({
    what: `a zone for the original direction alone (${zone}): the answer belongs to the connection`,
    spaces: lab({
      iptables: {
        raw: [`-A PREROUTING -i eth0 -j CT ${zone}`],
        filter: ['-P FORWARD DROP', '-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT', '-A FORWARD -i eth0 -j ACCEPT'],
      },
    }),
    flow: { from: 'internet', to: '172.17.0.2', dport: 80 },
    told: {
      outcome: 'connected',
      reason: 'a listener on tcp *:80 in web answers',
      packets: [
        '203.0.113.1:49152 > 172.17.0.2:80: host eth0 in, host docker0 out, host vweb out, web eth0 in',
        '< 172.17.0.2:80 > 203.0.113.1:49152: web eth0 out, host vweb in, host docker0 in, host eth0 out',
      ],
      rules: [`host raw -A PREROUTING -i eth0 -j CT ${zone}`, 'host filter -A FORWARD -i eth0 -j ACCEPT'],
    },
  })),
  {
    what: 'a zone for the answer alone: an answer that does not ask for it is none',
    spaces: lab({
      iptables: {
        raw: ['-A PREROUTING -i eth0 -j CT --zone-reply 6', '-A PREROUTING -i eth0 -j CT --notrack'],
        filter: ['-A FORWARD -m conntrack --ctstate INVALID -j DROP'],
      },
    }),
    flow: { from: 'internet', to: '172.17.0.2', dport: 80 },
    told: {
      outcome: 'timeout',
      reason: "the answer is lost on the way back: `-A FORWARD -m conntrack --ctstate INVALID -j DROP` in host's filter FORWARD drops it",
      packets: [
        '203.0.113.1:49152 > 172.17.0.2:80: host eth0 in, host docker0 out, host vweb out, web eth0 in',
        '< 172.17.0.2:80 > 203.0.113.1:49152: web eth0 out, host vweb in, host docker0 in',
      ],
      rules: ['host raw -A PREROUTING -i eth0 -j CT --zone-reply 6', 'host raw -A PREROUTING -i eth0 -j CT --notrack'],
    },
  },
  {
    what: "a zone that is the packet's mark, on both sides",
    spaces: lab({
      iptables: {
        raw: ['-A PREROUTING -j MARK --set-xmark 0x9/0xffffffff', '-A PREROUTING -j CT --zone mark'],
        filter: ['-P FORWARD DROP', '-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT', '-A FORWARD -i eth0 -j ACCEPT'],
      },
    }),
    flow: { from: 'internet', to: '172.17.0.2', dport: 80 },
    told: {
      outcome: 'connected',
      reason: 'a listener on tcp *:80 in web answers',
      packets: [
        '203.0.113.1:49152 > 172.17.0.2:80: host eth0 in, host docker0 out, host vweb out, web eth0 in',
        '< 172.17.0.2:80 > 203.0.113.1:49152: web eth0 out, host vweb in, host docker0 in, host eth0 out',
      ],
      rules: [
        'host raw -A PREROUTING -j MARK --set-xmark 0x9/0xffffffff',
        'host raw -A PREROUTING -j CT --zone mark',
        'host filter -A FORWARD -i eth0 -j ACCEPT',
      ],
    },
  },
  {
    what: 'connmark: saved on the way there, restored on the way back',
    spaces: lab({
      iptables: {
        mangle: [
          '-A PREROUTING -i eth0 -j MARK --set-xmark 0x2/0xffffffff',
          '-A PREROUTING -i eth0 -j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff',
          '-A PREROUTING -i docker0 -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff',
        ],
        filter: ['-A FORWARD -i docker0 -m mark --mark 0x2 -j DROP'],
      },
    }),
    flow: { from: 'internet', to: '172.17.0.2', dport: 80 },
    told: {
      outcome: 'timeout',
      reason: "the answer is lost on the way back: `-A FORWARD -i docker0 -m mark --mark 0x2 -j DROP` in host's filter FORWARD drops it",
      packets: [
        '203.0.113.1:49152 > 172.17.0.2:80: host eth0 in, host docker0 out, host vweb out, web eth0 in',
        '< 172.17.0.2:80 > 203.0.113.1:49152: web eth0 out, host vweb in, host docker0 in',
      ],
      rules: [
        'host mangle -A PREROUTING -i eth0 -j MARK --set-xmark 0x2/0xffffffff',
        'host mangle -A PREROUTING -i eth0 -j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff',
      ],
    },
  },
  {
    what: 'a template that CT attached is NEW before conntrack has seen the packet',
    spaces: lab({
      iptables: {
        raw: [
          '-A PREROUTING -i docker0 -j CT --zone 1',
          '-A PREROUTING -i docker0 -m conntrack --ctstate INVALID -j DROP',
          '-A PREROUTING -i docker0 -m conntrack --ctstate NEW --ctstatus CONFIRMED -j DROP',
        ],
      },
    }),
    flow: out,
    told: {
      outcome: 'timeout',
      reason: "`-A PREROUTING -i docker0 -m conntrack --ctstate NEW --ctstatus CONFIRMED -j DROP` in host's raw PREROUTING drops it",
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [
        'host raw -A PREROUTING -i docker0 -j CT --zone 1',
        'host raw -A PREROUTING -i docker0 -m conntrack --ctstate NEW --ctstatus CONFIRMED -j DROP',
      ],
    },
  },
  {
    what: 'TPROXY hands the packet to a socket where a rule leads its mark to a local route, if the program has made it transparent',
    spaces: lab({
      listen: ['tcp 0.0.0.0:3128 squid'],
      rules: ['0: from all lookup local', '100: from all fwmark 0x1 lookup 100', '32766: from all lookup main'],
      routes: [
        'default via 192.0.2.1 dev eth0',
        '192.0.2.0/24 dev eth0 src 192.0.2.10',
        '172.17.0.0/16 dev docker0 src 172.17.0.1',
        'local default dev lo table 100',
      ],
      iptables: { mangle: ['-A PREROUTING -i docker0 -p tcp -j TPROXY --on-port 3128 --on-ip 0.0.0.0 --tproxy-mark 0x1/0x1'] },
    }),
    flow: out,
    assume: ['hidden=transparent'],
    told: {
      outcome: 'connected',
      reason: 'squid on tcp *:3128 in host answers',
      packets: [
        '172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in',
        '< 203.0.113.8:443 > 172.17.0.2:49152: host docker0 out, host vweb out, web eth0 in',
      ],
      rules: ['host mangle -A PREROUTING -i docker0 -p tcp -j TPROXY --on-port 3128 --on-ip 0.0.0.0 --tproxy-mark 0x1/0x1'],
    },
  },
  {
    what: 'TPROXY hands the packet to a socket where a rule leads its mark to a local route, which ss does not tell to be transparent',
    spaces: lab({
      listen: ['tcp 0.0.0.0:3128 squid'],
      rules: ['0: from all lookup local', '100: from all fwmark 0x1 lookup 100', '32766: from all lookup main'],
      routes: [
        'default via 192.0.2.1 dev eth0',
        '192.0.2.0/24 dev eth0 src 192.0.2.10',
        '172.17.0.0/16 dev docker0 src 172.17.0.1',
        'local default dev lo table 100',
      ],
      iptables: { mangle: ['-A PREROUTING -i docker0 -p tcp -j TPROXY --on-port 3128 --on-ip 0.0.0.0 --tproxy-mark 0x1/0x1'] },
    }),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        'it depends on whether the socket on port 3128 is transparent (IP_TRANSPARENT); `--assume hidden=transparent` gives connected, hidden=plain gives timeout',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: ['host mangle -A PREROUTING -i docker0 -p tcp -j TPROXY --on-port 3128 --on-ip 0.0.0.0 --tproxy-mark 0x1/0x1'],
    },
  },
  {
    what: 'TPROXY without such a route: ip_forward drops what belongs to a socket',
    spaces: lab({
      listen: ['tcp 0.0.0.0:3128 squid'],
      iptables: { mangle: ['-A PREROUTING -i docker0 -p tcp -j TPROXY --on-port 3128 --on-ip 0.0.0.0 --tproxy-mark 0x1/0x1'] },
    }),
    flow: out,
    told: {
      outcome: 'timeout',
      reason:
        'TPROXY gave the packet to a local socket, but routing would forward it, so it is dropped: an ip rule for the mark has to lead to a local route',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: ['host mangle -A PREROUTING -i docker0 -p tcp -j TPROXY --on-port 3128 --on-ip 0.0.0.0 --tproxy-mark 0x1/0x1'],
    },
  },
  {
    what: 'TPROXY without a socket drops',
    spaces: lab({
      iptables: { mangle: ['-A PREROUTING -i docker0 -p tcp -j TPROXY --on-port 3128 --on-ip 0.0.0.0 --tproxy-mark 0x1/0x1'] },
    }),
    flow: out,
    told: {
      outcome: 'timeout',
      reason:
        '`-A PREROUTING -i docker0 -p tcp -j TPROXY --on-port 3128 --on-ip 0.0.0.0 --tproxy-mark 0x1/0x1` finds no socket on 172.17.0.1:3128 to give the packet to, so it drops it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: ['host mangle -A PREROUTING -i docker0 -p tcp -j TPROXY --on-port 3128 --on-ip 0.0.0.0 --tproxy-mark 0x1/0x1'],
    },
  },
]);
