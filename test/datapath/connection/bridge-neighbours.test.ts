import { testCases } from '../../support/cases.js';
import { lab, labHost } from '../../support/lab.js';

const brnf = (on: number) => ({ 'net.bridge.bridge-nf-call-iptables': on });
/** icc=false: containers of one bridge are kept apart, if the bridge asks iptables at all. */
const apart = { filter: ['-A FORWARD -i docker0 -o docker0 -j DROP'] };
/** A container that no listing names asks one that they do. */
const asks = { from: '172.17.0.9', to: '172.17.0.2', dport: 80 } as const;
const silent = "the answer is lost on the way back: no neighbour: nobody on web's eth0 answers for 172.17.0.9";
const { links = [], ports = [] } = labHost();
/** The machine's uplink is a port of the bridge, and the bridge has its address. */
const onLan = {
  links: [
    { name: 'eth0', index: 2, master: 'docker0' },
    ...links.slice(1).map((link) => (link.name === 'docker0' ? { ...link, addrs: ['172.17.0.1/16', '192.0.2.10/24'] } : link)),
  ],
  ports: [{ dev: 'eth0', bridge: 'docker0' }, ...ports],
  routes: ['default via 192.0.2.1 dev docker0', '172.17.0.0/16 dev docker0 scope link', '192.0.2.0/24 dev docker0 scope link'],
};

testCases([
  {
    what: 'a neighbour on the bridge, br_netfilter on: its frame goes from port to port, through FORWARD',
    spaces: lab({ sysctl: brnf(1), iptables: apart }),
    flow: asks,
    told: {
      outcome: 'timeout',
      reason: "`-A FORWARD -i docker0 -o docker0 -j DROP` in host's filter FORWARD drops it",
      packets: [],
      rules: ['host filter -A FORWARD -i docker0 -o docker0 -j DROP'],
    },
  },
  {
    what: 'br_netfilter off: no rule keeps it from web',
    spaces: lab({ sysctl: brnf(0), iptables: apart }),
    flow: asks,
    told: { outcome: 'timeout', reason: silent, packets: ['172.17.0.9:49152 > 172.17.0.2:80: host vweb out, web eth0 in'], rules: [] },
  },
  {
    what: 'a reset by a rule goes back by the port that it came from',
    spaces: lab({ sysctl: brnf(1), iptables: { filter: ['-A FORWARD -p tcp -j REJECT --reject-with tcp-reset'] } }),
    flow: asks,
    told: {
      outcome: 'refused',
      reason: "`-A FORWARD -p tcp -j REJECT --reject-with tcp-reset` in host's filter FORWARD rejects it with a TCP reset",
      packets: [],
      rules: ['host filter -A FORWARD -p tcp -j REJECT --reject-with tcp-reset'],
    },
  },
  {
    what: 'a machine of the LAN, which the uplink leads to, comes in by the uplink',
    spaces: lab({ ...onLan, sysctl: brnf(0), iptables: apart }),
    flow: asks,
    told: {
      outcome: 'connected',
      reason: 'a listener on tcp *:80 in web answers',
      packets: [
        '172.17.0.9:49152 > 172.17.0.2:80: host eth0 in, host vweb out, web eth0 in',
        '< 172.17.0.2:80 > 172.17.0.9:49152: web eth0 out, host vweb in, host eth0 out',
      ],
      rules: [],
    },
  },
]);
