import { testCases } from '../../support/cases.js';
import { lab, labHost } from '../../support/lab.js';

const { links } = labHost();
const brnf = { 'net.bridge.bridge-nf-call-iptables': 1 };
const dns = { from: 'web', to: 'db', dport: 53, proto: 'udp' } as const;
const ports = (web: readonly string[], db: readonly string[], state = 'forwarding') => [
  { dev: 'vweb', bridge: 'docker0', flags: web },
  { dev: 'vdb', bridge: 'docker0', flags: db, state },
];
const filtering = [links[0]!, { ...links[1]!, data: { vlan_filtering: 1, vlan_default_pvid: 1 } }, ...links.slice(2)];
const member = (dev: string, vid: number, ...flags: readonly string[]) => ({ dev, vid, flags });
const ACCESS = ['PVID', 'Egress Untagged'] as const;

testCases([
  {
    what: 'between two ports, br_netfilter off: iptables is not asked',
    spaces: lab({ iptables: { filter: ['-P FORWARD DROP'] } }),
    flow: dns,
    told: {
      outcome: 'connected',
      reason: 'a listener on udp *:53 in db answers',
      packets: [
        '172.17.0.2:49152 > 172.17.0.3:53: web eth0 out, host vweb in, host vdb out, db eth0 in',
        '< 172.17.0.3:53 > 172.17.0.2:49152: db eth0 out, host vdb in, host vweb out, web eth0 in',
      ],
      rules: [],
    },
  },
  {
    what: 'between two ports, br_netfilter on: FORWARD from the bridge to itself',
    spaces: lab({ sysctl: brnf, iptables: { filter: ['-P FORWARD DROP', '-A FORWARD -i docker0 -o docker0 -j LOG'] } }),
    flow: dns,
    told: {
      outcome: 'timeout',
      reason: "no rule of host's filter FORWARD matched, and its policy is DROP",
      packets: ['172.17.0.2:49152 > 172.17.0.3:53: web eth0 out, host vweb in'],
      rules: ['host filter -A FORWARD -i docker0 -o docker0 -j LOG'],
    },
  },
  {
    what: 'physdev tells the ports',
    spaces: lab({
      sysctl: brnf,
      iptables: { filter: ['-A FORWARD -m physdev --physdev-in vweb --physdev-out vdb --physdev-is-bridged -j DROP'] },
    }),
    flow: dns,
    told: {
      outcome: 'timeout',
      reason: "`-A FORWARD -m physdev --physdev-in vweb --physdev-out vdb --physdev-is-bridged -j DROP` in host's filter FORWARD drops it",
      packets: ['172.17.0.2:49152 > 172.17.0.3:53: web eth0 out, host vweb in'],
      rules: ['host filter -A FORWARD -m physdev --physdev-in vweb --physdev-out vdb --physdev-is-bridged -j DROP'],
    },
  },
  {
    what: 'a routed packet has a port it came by but none it leaves by',
    spaces: lab({
      sysctl: brnf,
      iptables: {
        filter: [
          '-A FORWARD -m physdev --physdev-in vweb -j LOG',
          '-A FORWARD -m physdev --physdev-is-bridged -j DROP',
          '-A FORWARD -m physdev ! --physdev-is-bridged -j LOG',
        ],
      },
    }),
    flow: { from: 'web', to: '203.0.113.8', dport: 443 },
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth0 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth0 out'],
      rules: [
        'host filter -A FORWARD -m physdev --physdev-in vweb -j LOG',
        'host filter -A FORWARD -m physdev ! --physdev-is-bridged -j LOG',
      ],
    },
  },
  {
    what: 'isolated ports do not hear one another: no neighbour',
    spaces: lab({ ports: ports(['isolated'], ['isolated']) }),
    flow: dns,
    told: {
      outcome: 'unreachable',
      reason: "no neighbour: nobody on web's eth0 answers for 172.17.0.3; db, which has the address, cannot be asked by that device",
      packets: [],
      rules: [],
    },
  },
  {
    what: 'one isolated port is no obstacle',
    spaces: lab({ ports: ports(['isolated'], []) }),
    flow: dns,
    told: {
      outcome: 'connected',
      reason: 'a listener on udp *:53 in db answers',
      packets: [
        '172.17.0.2:49152 > 172.17.0.3:53: web eth0 out, host vweb in, host vdb out, db eth0 in',
        '< 172.17.0.3:53 > 172.17.0.2:49152: db eth0 out, host vdb in, host vweb out, web eth0 in',
      ],
      rules: [],
    },
  },
  {
    what: 'a blocking port',
    spaces: lab({ ports: ports([], [], 'blocking') }),
    flow: dns,
    told: {
      outcome: 'unreachable',
      reason: "no neighbour: nobody on web's eth0 answers for 172.17.0.3; db, which has the address, cannot be asked by that device",
      packets: [],
      rules: [],
    },
  },
  {
    what: 'the bridge is down',
    spaces: lab({ links: [links[0]!, { ...links[1]!, down: true }, ...links.slice(2)] }),
    flow: dns,
    told: {
      outcome: 'unreachable',
      reason:
        "docker0, the bridge to that network, is down; no neighbour: nobody on web's eth0 answers for 172.17.0.3; db, which has the address, cannot be asked by that device",
      packets: [],
      rules: [],
    },
  },
  {
    what: 'DNAT on the bridge to a neighbour of the same bridge',
    spaces: lab({
      sysctl: brnf,
      iptables: {
        nat: [
          '-A PREROUTING -d 172.17.0.1/32 -p udp -j DNAT --to-destination 172.17.0.3',
          '-A POSTROUTING -s 172.17.0.2/32 -p udp -j MASQUERADE',
        ],
      },
    }),
    flow: { from: 'web', to: '172.17.0.1', dport: 53, proto: 'udp' },
    told: {
      outcome: 'connected',
      reason: 'a listener on udp *:53 in db answers',
      packets: [
        '172.17.0.2:49152 > 172.17.0.1:53: web eth0 out, host vweb in',
        '172.17.0.1:49152 > 172.17.0.3:53: host vdb out, db eth0 in',
        '< 172.17.0.3:53 > 172.17.0.1:49152: db eth0 out, host vdb in',
        '< 172.17.0.1:53 > 172.17.0.2:49152: host vweb out, web eth0 in',
      ],
      rules: [
        'host nat -A PREROUTING -d 172.17.0.1/32 -p udp -j DNAT --to-destination 172.17.0.3',
        'host nat -A POSTROUTING -s 172.17.0.2/32 -p udp -j MASQUERADE',
      ],
    },
  },
  {
    what: 'VLAN filtering: two access ports of one VLAN',
    spaces: lab({ links: filtering, vlans: [member('vweb', 5, ...ACCESS), member('vdb', 5, ...ACCESS)] }),
    flow: dns,
    told: {
      outcome: 'connected',
      reason: 'a listener on udp *:53 in db answers',
      packets: [
        '172.17.0.2:49152 > 172.17.0.3:53: web eth0 out, host vweb in, host vdb out, db eth0 in',
        '< 172.17.0.3:53 > 172.17.0.2:49152: db eth0 out, host vdb in, host vweb out, web eth0 in',
      ],
      rules: [],
    },
  },
  {
    what: 'VLAN filtering: two VLANs do not even hear ARP',
    spaces: lab({ links: filtering, vlans: [member('vweb', 5, ...ACCESS), member('vdb', 6, ...ACCESS)] }),
    flow: dns,
    told: {
      outcome: 'unreachable',
      reason: "no neighbour: nobody on web's eth0 answers for 172.17.0.3; db, which has the address, cannot be asked by that device",
      packets: [],
      rules: [],
    },
  },
  {
    what: 'VLAN filtering: the bridge itself is a port like any other',
    spaces: lab({ links: filtering, listen: ['tcp 0.0.0.0:22'], vlans: [member('vweb', 5, ...ACCESS), member('docker0', 1, ...ACCESS)] }),
    flow: { from: 'web', to: '172.17.0.1', dport: 22 },
    told: {
      outcome: 'unreachable',
      reason: "no neighbour: nobody on web's eth0 answers for 172.17.0.1; host, which has the address, cannot be asked by that device",
      packets: [],
      rules: [],
    },
  },
  {
    what: 'VLAN filtering: a tagged member needs a VLAN device behind it',
    spaces: lab({ links: filtering, vlans: [member('vweb', 5, ...ACCESS), member('vdb', 5)] }),
    flow: dns,
    told: {
      outcome: 'unreachable',
      reason: "no neighbour: nobody on web's eth0 answers for 172.17.0.3; db, which has the address, cannot be asked by that device",
      packets: [],
      rules: [],
    },
  },
  {
    what: 'VLAN filtering: the VLAN device takes what leaves tagged, and answers tagged',
    spaces: lab(
      { links: filtering, vlans: [member('vweb', 5, ...ACCESS), member('vdb', 5)] },
      {},
      {
        links: [
          { name: 'eth0', index: 11, kind: 'veth', peer: 5, nsid: 0 },
          { name: 'eth0.5', index: 12, kind: 'vlan', data: { protocol: '802.1Q', id: 5 }, lower: 'eth0', addrs: ['172.17.0.3/16'] },
        ],
        routes: ['172.17.0.0/16 dev eth0.5 proto kernel scope link src 172.17.0.3'],
      },
    ),
    flow: dns,
    told: {
      outcome: 'connected',
      reason: 'a listener on udp *:53 in db answers',
      packets: [
        '172.17.0.2:49152 > 172.17.0.3:53: web eth0 out, host vweb in, host vdb out, db eth0 in, db eth0.5 in',
        '< 172.17.0.3:53 > 172.17.0.2:49152: db eth0.5 out, db eth0 out, host vdb in, host vweb out, web eth0 in',
      ],
      rules: [],
    },
  },
]);
