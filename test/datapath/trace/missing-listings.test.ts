import { testCases } from '../../support/cases.js';
import { lab } from '../../support/lab.js';

const out = { from: 'web', to: '203.0.113.8', dport: 443 } as const;
const without = (...names: readonly string[]) => ({ files: Object.fromEntries(names.map((name) => [name, undefined])) });

const LOCALNET =
  '*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 127.0.0.1:53\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';

testCases([
  {
    what: "the host's rules",
    spaces: lab(without('iptables-save.txt')),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        "it depends on the host's iptables rules, which `iptables-save` would show (host/iptables-save.txt); `--assume missing=iptables=open` gives leaves-host, missing=iptables=drop gives timeout",
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: "the host's rules, taken for open",
    spaces: lab(without('iptables-save.txt')),
    flow: out,
    assume: ['missing=iptables=open'],
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth0 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that no rule translates that is shown (eth0 has 192.0.2.10): `iptables-save` would show whether another does; if none, no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth0 out'],
      rules: [],
    },
  },
  {
    what: "a container's rules are taken to be none",
    spaces: lab({}, without('iptables-save.txt')),
    flow: out,
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth0 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth0 out'],
      rules: [],
    },
  },
  {
    what: "the host's routes",
    spaces: lab(without('ip-route.txt')),
    flow: out,
    told: {
      outcome: 'unknown',
      reason: 'the snapshot lacks host/ip-route.json (`ip route show table all`), which would show the routes of host',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: "the host's routes, which a rule behind them would not replace",
    spaces: lab({
      ...without('ip-route.txt'),
      rules: ['100: from all iif docker0 lookup 102', '150: from all to 203.0.113.8 unreachable', '32766: from all lookup main'],
    }),
    flow: out,
    told: {
      outcome: 'unknown',
      reason: 'the snapshot lacks host/ip-route.json (`ip route show table all`), which would show the routes of host',
      packets: [],
      rules: [],
    },
  },
  {
    what: "a container's routes",
    spaces: lab({}, without('ip-route.txt')),
    flow: out,
    told: {
      outcome: 'unknown',
      reason: 'the snapshot lacks netns/web/ip-route.json (`ip route show table all`), which would show the routes of web',
      packets: [],
      rules: [],
    },
  },
  {
    what: 'the settings: whether the host forwards',
    spaces: lab(without('sysctl.txt')),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        'it depends on net.ipv4.ip_forward, which `sysctl net.ipv4.ip_forward` would show (host/sysctl.txt); `--assume missing=net.ipv4.ip_forward=1` gives leaves-host, missing=net.ipv4.ip_forward=0 gives timeout',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'the settings: whether what came in may be sent to a loopback address',
    spaces: lab({ files: { 'sysctl.txt': undefined, 'iptables-save.txt': LOCALNET } }),
    flow: { from: 'internet', to: '192.0.2.10', dport: 8080 },
    told: {
      outcome: 'unknown',
      reason:
        'it depends on net.ipv4.conf.eth0.route_localnet, which `sysctl net.ipv4.conf.eth0.route_localnet` would show (host/sysctl.txt); `--assume missing=net.ipv4.conf.eth0.route_localnet=0` gives timeout, missing=net.ipv4.conf.eth0.route_localnet=1 gives refused',
      packets: ['203.0.113.1:49152 > 192.0.2.10:8080: host eth0 in'],
      rules: ['host nat -A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 127.0.0.1:53'],
    },
  },
  {
    what: 'the settings, told',
    spaces: lab(without('sysctl.txt')),
    flow: out,
    assume: ['missing=net.ipv4.ip_forward=0'],
    told: {
      outcome: 'timeout',
      reason: '203.0.113.8 is not an address of host, and forwarding is off on docker0',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'the sockets of the container that is asked',
    spaces: lab({}, without('ss.txt')),
    flow: { from: 'db', to: 'web', dport: 80 },
    told: {
      outcome: 'unknown',
      reason:
        'the packet reaches web at tcp 172.17.0.2:80; whether something listens there is in netns/web/ss.txt, which the snapshot lacks',
      packets: ['172.17.0.3:49152 > 172.17.0.2:80: db eth0 out, host vdb in, host vweb out, web eth0 in'],
      rules: [],
    },
  },
  {
    what: 'the sockets do not matter where a rule decides before',
    spaces: lab({}, { ...without('ss.txt'), iptables: { filter: ['-P INPUT DROP'] } }),
    flow: { from: 'db', to: 'web', dport: 80 },
    told: {
      outcome: 'timeout',
      reason: "no rule of web's filter INPUT matched, and its policy is DROP",
      packets: ['172.17.0.3:49152 > 172.17.0.2:80: db eth0 out, host vdb in, host vweb out, web eth0 in'],
      rules: [],
    },
  },
  {
    what: 'the namespace behind a port',
    spaces: Object.fromEntries(Object.entries(lab()).filter(([name]) => name !== 'db')),
    flow: { from: 'web', to: '172.17.0.3', dport: 53 },
    told: {
      outcome: 'unknown',
      reason:
        'the path goes on in what the snapshot lacks: the namespace behind host/vdb: `docker inspect` would tell whose it is, and `nsenter -t PID -n ss -tulpn` who listens there',
      packets: [],
      rules: [],
    },
  },
]);
