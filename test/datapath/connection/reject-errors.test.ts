import { testCases } from '../../support/cases.js';
import { lab, labHost } from '../../support/lab.js';

const out = { from: 'web', to: '203.0.113.8', dport: 443 } as const;
const toHost = { from: 'web', to: '172.17.0.1', dport: 22 } as const;
const brnf = { sysctl: { 'net.bridge.bridge-nf-call-iptables': 1 } };
const { links } = labHost();
const v6 = {
  links: [...links.slice(0, 1), { ...links[1]!, addrs: ['172.17.0.1/16', 'fd00::1/64', 'fe80::1/64'] }, ...links.slice(2)],
  routes6: ['fd00::/64 dev docker0', 'fe80::/64 dev docker0', 'default via 2001:db8::1 dev eth0'],
};
const web6 = (...addrs: readonly string[]) => ({
  links: [{ name: 'eth0', index: 10, kind: 'veth', peer: 4, nsid: 0, addrs }],
  routes6: ['fd00::/64 dev eth0', 'fe80::/64 dev eth0', 'default via fd00::1 dev eth0'],
});

testCases([
  {
    what: "FORWARD, port unreachable: the message goes back from the bridge's address",
    spaces: lab({ iptables: { filter: ['-A FORWARD -j REJECT --reject-with icmp-port-unreachable'] } }),
    flow: out,
    told: {
      outcome: 'refused',
      reason: "`-A FORWARD -j REJECT --reject-with icmp-port-unreachable` in host's filter FORWARD rejects it (ICMP port unreachable)",
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: ['host filter -A FORWARD -j REJECT --reject-with icmp-port-unreachable'],
    },
  },
  {
    what: 'FORWARD, host unreachable: UDP is not told',
    spaces: lab({ iptables: { filter: ['-A FORWARD -j REJECT --reject-with icmp-host-unreachable'] } }),
    flow: { ...out, proto: 'udp' },
    told: {
      outcome: 'timeout',
      reason:
        "`-A FORWARD -j REJECT --reject-with icmp-host-unreachable` in host's filter FORWARD rejects it (ICMP host unreachable); a UDP socket is not told of ICMP host unreachable",
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: ['host filter -A FORWARD -j REJECT --reject-with icmp-host-unreachable'],
    },
  },
  {
    what: 'FORWARD, prohibited: UDP is told',
    spaces: lab({ iptables: { filter: ['-A FORWARD -j REJECT --reject-with icmp-admin-prohibited'] } }),
    flow: { ...out, proto: 'udp' },
    told: {
      outcome: 'unreachable',
      reason:
        "`-A FORWARD -j REJECT --reject-with icmp-admin-prohibited` in host's filter FORWARD rejects it (ICMP administratively prohibited)",
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: ['host filter -A FORWARD -j REJECT --reject-with icmp-admin-prohibited'],
    },
  },
  {
    what: 'FORWARD, prohibited: ping',
    spaces: lab({ iptables: { filter: ['-A FORWARD -j REJECT --reject-with icmp-net-prohibited'] } }),
    flow: { from: 'web', to: '203.0.113.8' },
    told: {
      outcome: 'unreachable',
      reason: "`-A FORWARD -j REJECT --reject-with icmp-net-prohibited` in host's filter FORWARD rejects it (ICMP network prohibited)",
      packets: ['172.17.0.2 > 203.0.113.8: web eth0 out, host vweb in, host docker0 in'],
      rules: ['host filter -A FORWARD -j REJECT --reject-with icmp-net-prohibited'],
    },
  },
  {
    what: 'INPUT, reset: through OUTPUT and the bridge where br_netfilter is off',
    spaces: lab({ iptables: { filter: ['-A INPUT -p tcp -j REJECT --reject-with tcp-reset'] } }),
    flow: toHost,
    told: {
      outcome: 'refused',
      reason: "`-A INPUT -p tcp -j REJECT --reject-with tcp-reset` in host's filter INPUT rejects it with a TCP reset",
      packets: [
        '172.17.0.2:49152 > 172.17.0.1:22: web eth0 out, host vweb in, host docker0 in',
        '< 172.17.0.1:22 > 172.17.0.2:49152: host docker0 out, host vweb out, web eth0 in',
      ],
      rules: ['host filter -A INPUT -p tcp -j REJECT --reject-with tcp-reset'],
    },
  },
  {
    what: 'INPUT, reset of a packet that came by a bridge port under br_netfilter: straight back, past OUTPUT',
    spaces: lab({ ...brnf, iptables: { filter: ['-A INPUT -p tcp -j REJECT --reject-with tcp-reset', '-P OUTPUT DROP'] } }),
    flow: toHost,
    told: {
      outcome: 'refused',
      reason: "`-A INPUT -p tcp -j REJECT --reject-with tcp-reset` in host's filter INPUT rejects it with a TCP reset",
      packets: [
        '172.17.0.2:49152 > 172.17.0.1:22: web eth0 out, host vweb in, host docker0 in',
        '< 172.17.0.1:22 > 172.17.0.2:49152: host vweb out, web eth0 in',
      ],
      rules: ['host filter -A INPUT -p tcp -j REJECT --reject-with tcp-reset'],
    },
  },
  {
    what: 'FORWARD, reset of a routed packet under br_netfilter: straight back as well',
    spaces: lab({ ...brnf, iptables: { filter: ['-A FORWARD -p tcp -j REJECT --reject-with tcp-reset'] } }),
    flow: out,
    told: {
      outcome: 'refused',
      reason: "`-A FORWARD -p tcp -j REJECT --reject-with tcp-reset` in host's filter FORWARD rejects it with a TCP reset",
      packets: [
        '172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in',
        '< 203.0.113.8:443 > 172.17.0.2:49152: host vweb out, web eth0 in',
      ],
      rules: ['host filter -A FORWARD -p tcp -j REJECT --reject-with tcp-reset'],
    },
  },
  {
    what: 'FORWARD between two ports of the bridge',
    spaces: lab({
      ...brnf,
      iptables: { filter: ['-A FORWARD -i docker0 -o docker0 -p udp -j REJECT --reject-with icmp-port-unreachable'] },
    }),
    flow: { from: 'web', to: 'db', dport: 53, proto: 'udp' },
    told: {
      outcome: 'refused',
      reason:
        "`-A FORWARD -i docker0 -o docker0 -p udp -j REJECT --reject-with icmp-port-unreachable` in host's filter FORWARD rejects it (ICMP port unreachable)",
      packets: ['172.17.0.2:49152 > 172.17.0.3:53: web eth0 out, host vweb in'],
      rules: ['host filter -A FORWARD -i docker0 -o docker0 -p udp -j REJECT --reject-with icmp-port-unreachable'],
    },
  },
  {
    what: 'OUTPUT: send() itself fails',
    spaces: lab({ iptables: { filter: ['-A OUTPUT -p udp -j REJECT --reject-with icmp-port-unreachable'] } }),
    flow: { ...out, from: 'host', proto: 'udp' },
    told: {
      outcome: 'unreachable',
      reason:
        "`-A OUTPUT -p udp -j REJECT --reject-with icmp-port-unreachable` in host's filter OUTPUT rejects it; send() fails with EPERM",
      packets: [],
      rules: ['host filter -A OUTPUT -p udp -j REJECT --reject-with icmp-port-unreachable'],
    },
  },
  {
    what: 'the error is lost on the way back',
    spaces: lab({ iptables: { filter: ['-A FORWARD -j REJECT', '-A OUTPUT -p icmp -j DROP'] } }),
    flow: out,
    told: {
      outcome: 'timeout',
      reason:
        "`-A FORWARD -j REJECT` in host's filter FORWARD rejects it; the answer is lost on the way back: `-A OUTPUT -p icmp -j DROP` in host's filter OUTPUT drops it",
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: ['host filter -A FORWARD -j REJECT'],
    },
  },
  {
    what: 'an error about a translated packet finds its way back, translated',
    spaces: lab({ iptables: { nat: ['-A PREROUTING -p udp -m udp --dport 8080 -j DNAT --to-destination 172.17.0.2:81'] } }),
    flow: { from: 'internet', to: '192.0.2.10', dport: 8080, proto: 'udp' },
    told: {
      outcome: 'refused',
      reason: 'nothing listens on udp 172.17.0.2:81 in web',
      packets: [
        '203.0.113.1:49152 > 192.0.2.10:8080: host eth0 in',
        '203.0.113.1:49152 > 172.17.0.2:81: host docker0 out, host vweb out, web eth0 in',
      ],
      rules: ['host nat -A PREROUTING -p udp -m udp --dport 8080 -j DNAT --to-destination 172.17.0.2:81'],
    },
  },
  {
    what: 'nobody listens on UDP: port unreachable, RELATED to what was masqueraded',
    spaces: lab({
      iptables: {
        nat: ['-A POSTROUTING -o docker0 -j MASQUERADE'],
        filter: [
          '-P FORWARD DROP',
          '-A FORWARD -m conntrack --ctstate RELATED -j ACCEPT',
          '-A FORWARD -o docker0 -m conntrack --ctstate NEW -j ACCEPT',
        ],
      },
    }),
    flow: { from: 'internet', to: '172.17.0.2', dport: 99, proto: 'udp' },
    told: {
      outcome: 'refused',
      reason: 'nothing listens on udp 172.17.0.2:99 in web',
      packets: [
        '203.0.113.1:49152 > 172.17.0.2:99: host eth0 in',
        '172.17.0.1:49152 > 172.17.0.2:99: host docker0 out, host vweb out, web eth0 in',
      ],
      rules: ['host filter -A FORWARD -o docker0 -m conntrack --ctstate NEW -j ACCEPT', 'host nat -A POSTROUTING -o docker0 -j MASQUERADE'],
    },
  },
  {
    what: 'the TTL is used up',
    spaces: lab({ iptables: { mangle: ['-A PREROUTING -j TTL --ttl-set 1'] } }),
    flow: { from: 'web', to: '203.0.113.8' },
    told: {
      outcome: 'timeout',
      reason: "the packet's TTL is used up in host (ICMP time exceeded)",
      packets: ['172.17.0.2 > 203.0.113.8: web eth0 out, host vweb in, host docker0 in'],
      rules: ['host mangle -A PREROUTING -j TTL --ttl-set 1'],
    },
  },
  {
    what: 'icmp_errors_use_inbound_ifaddr: from the address of the device the packet came in by',
    spaces: lab({
      links: [links[0]!, { ...links[1]!, addrs: ['172.17.0.9/16', '172.17.0.1/16 secondary'] }, ...links.slice(2)],
      sysctl: { 'net.ipv4.icmp_errors_use_inbound_ifaddr': 1 },
      iptables: { filter: ['-A FORWARD -j REJECT --reject-with icmp-admin-prohibited', '-A OUTPUT -s 172.17.0.9/32 -p icmp -j DROP'] },
    }),
    flow: out,
    told: {
      outcome: 'timeout',
      reason:
        "`-A FORWARD -j REJECT --reject-with icmp-admin-prohibited` in host's filter FORWARD rejects it; the answer is lost on the way back: `-A OUTPUT -s 172.17.0.9/32 -p icmp -j DROP` in host's filter OUTPUT drops it",
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: ['host filter -A FORWARD -j REJECT --reject-with icmp-admin-prohibited'],
    },
  },
  {
    what: 'IPv6: REJECT in FORWARD',
    spaces: lab({ ...v6, ip6tables: { filter: ['-A FORWARD -j REJECT --reject-with icmp6-adm-prohibited'] } }, web6('fd00::2/64')),
    flow: { from: 'web', to: '2001:db8:5::8' },
    told: {
      outcome: 'unreachable',
      reason:
        "`-A FORWARD -j REJECT --reject-with icmp6-adm-prohibited` in host's filter FORWARD rejects it (ICMPv6 administratively prohibited)",
      packets: ['fd00::2 > 2001:db8:5::8: web eth0 out, host vweb in, host docker0 in'],
      rules: ['host filter -A FORWARD -j REJECT --reject-with icmp6-adm-prohibited'],
    },
  },
  {
    what: 'IPv6: a link-local source is not forwarded (beyond scope)',
    spaces: lab(v6, web6('fe80::2/64')),
    flow: { from: 'web', to: '2001:db8:5::8' },
    told: {
      outcome: 'unreachable',
      reason: 'fe80::2 is a link-local address, which host does not forward (ICMPv6 beyond scope of source address)',
      packets: ['fe80::2 > 2001:db8:5::8: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
]);
