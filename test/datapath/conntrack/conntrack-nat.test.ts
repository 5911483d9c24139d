import { testCases } from '../../support/cases.js';
import { lab } from '../../support/lab.js';

const out = { from: 'web', to: '203.0.113.8', dport: 443 } as const;
const published = '-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80';
const inward = { from: 'internet', to: '192.0.2.10', dport: 8080 } as const;

testCases([
  {
    what: 'later hooks see the translated destination; the answer is translated back and does not meet nat',
    spaces: lab({
      iptables: {
        nat: [published, '-A POSTROUTING -j LOG'],
        filter: [
          '-P FORWARD DROP',
          '-A FORWARD -d 172.17.0.2/32 -p tcp -m tcp --dport 80 -m conntrack --ctstate NEW -j ACCEPT',
          '-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT',
        ],
      },
    }),
    flow: inward,
    told: {
      outcome: 'connected',
      reason: 'a listener on tcp *:80 in web answers',
      packets: [
        '203.0.113.1:49152 > 192.0.2.10:8080: host eth0 in',
        '203.0.113.1:49152 > 172.17.0.2:80: host docker0 out, host vweb out, web eth0 in',
        '< 172.17.0.2:80 > 203.0.113.1:49152: web eth0 out, host vweb in, host docker0 in',
        '< 192.0.2.10:8080 > 203.0.113.1:49152: host eth0 out',
      ],
      rules: [
        'host nat -A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
        'host filter -A FORWARD -d 172.17.0.2/32 -p tcp -m tcp --dport 80 -m conntrack --ctstate NEW -j ACCEPT',
        'host nat -A POSTROUTING -j LOG',
      ],
    },
  },
  {
    what: 'only the first NAT rule of a hook translates',
    spaces: lab({
      iptables: {
        nat: [published, published.replace('80', '81'), '-A POSTROUTING -j SNAT --to-source 172.17.0.1', '-A POSTROUTING -j MASQUERADE'],
      },
    }),
    flow: inward,
    told: {
      outcome: 'connected',
      reason: 'a listener on tcp *:80 in web answers',
      packets: [
        '203.0.113.1:49152 > 192.0.2.10:8080: host eth0 in',
        '172.17.0.1:49152 > 172.17.0.2:80: host docker0 out, host vweb out, web eth0 in',
        '< 172.17.0.2:80 > 172.17.0.1:49152: web eth0 out, host vweb in, host docker0 in',
        '< 192.0.2.10:8080 > 203.0.113.1:49152: host eth0 out',
      ],
      rules: [
        'host nat -A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
        'host nat -A POSTROUTING -j SNAT --to-source 172.17.0.1',
      ],
    },
  },
  {
    what: 'states SNAT and DNAT, original tuple and direction',
    spaces: lab({
      iptables: {
        nat: [published],
        filter: [
          '-A FORWARD -m conntrack --ctstate DNAT --ctorigdst 192.0.2.10 --ctorigdstport 8080 --ctdir ORIGINAL -j LOG',
          '-A FORWARD -m conntrack --ctstate SNAT -j DROP',
          '-A FORWARD -m conntrack --ctdir REPLY -j ACCEPT',
        ],
      },
    }),
    flow: inward,
    told: {
      outcome: 'connected',
      reason: 'a listener on tcp *:80 in web answers',
      packets: [
        '203.0.113.1:49152 > 192.0.2.10:8080: host eth0 in',
        '203.0.113.1:49152 > 172.17.0.2:80: host docker0 out, host vweb out, web eth0 in',
        '< 172.17.0.2:80 > 203.0.113.1:49152: web eth0 out, host vweb in, host docker0 in',
        '< 192.0.2.10:8080 > 203.0.113.1:49152: host eth0 out',
      ],
      rules: [
        'host nat -A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
        'host filter -A FORWARD -m conntrack --ctstate DNAT --ctorigdst 192.0.2.10 --ctorigdstport 8080 --ctdir ORIGINAL -j LOG',
      ],
    },
  },
  {
    what: "MASQUERADE takes the address that the route's next hop is near",
    spaces: lab({ iptables: { nat: ['-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE'] } }),
    flow: out,
    told: {
      outcome: 'leaves-host',
      reason: 'the packet leaves host by eth0 as 192.0.2.10:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot',
      packets: [
        '172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in',
        '192.0.2.10:49152 > 203.0.113.8:443: host eth0 out',
      ],
      rules: ['host nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE'],
    },
  },
  {
    what: "REDIRECT of a packet that came in: the device's first address",
    spaces: lab({ listen: ['tcp 0.0.0.0:3128 squid'], iptables: { nat: ['-A PREROUTING -i docker0 -p tcp -j REDIRECT --to-ports 3128'] } }),
    flow: out,
    told: {
      outcome: 'connected',
      reason: 'squid on tcp *:3128 in host answers',
      packets: [
        '172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in',
        '< 203.0.113.8:443 > 172.17.0.2:49152: host docker0 out, host vweb out, web eth0 in',
      ],
      rules: ['host nat -A PREROUTING -i docker0 -p tcp -j REDIRECT --to-ports 3128'],
    },
  },
  {
    what: 'REDIRECT of a packet made here: loopback',
    spaces: lab({ listen: ['tcp 127.0.0.1:3128 squid'], iptables: { nat: ['-A OUTPUT -p tcp -j REDIRECT --to-ports 3128'] } }),
    flow: { ...out, from: 'host' },
    told: {
      outcome: 'connected',
      reason: 'squid on tcp 127.0.0.1:3128 in host answers',
      packets: ['192.0.2.10:49152 > 127.0.0.1:3128: host lo in', '< 203.0.113.8:443 > 192.0.2.10:49152: host lo in'],
      rules: ['host nat -A OUTPUT -p tcp -j REDIRECT --to-ports 3128'],
    },
  },
  {
    what: 'NETMAP keeps the host part',
    spaces: lab({ iptables: { nat: ['-A POSTROUTING -o eth0 -j NETMAP --to 10.9.0.0/16'] } }),
    flow: out,
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth0 as 10.9.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 10.9.0.2 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it',
      packets: [
        '172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in',
        '10.9.0.2:49152 > 203.0.113.8:443: host eth0 out',
      ],
      rules: ['host nat -A POSTROUTING -o eth0 -j NETMAP --to 10.9.0.0/16'],
    },
  },
  {
    what: 'a range of ports is asked for',
    spaces: lab({ iptables: { nat: ['-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80-81'] } }),
    flow: inward,
    told: {
      outcome: 'unknown',
      reason:
        'it depends on the destination port is drawn at random from 80-81; `--assume nat-range=first` gives connected, nat-range=last gives refused',
      packets: ['203.0.113.1:49152 > 192.0.2.10:8080: host eth0 in'],
      rules: ['host nat -A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80-81'],
    },
  },
  {
    what: 'a source whose address stays and whose port is drawn at random is translated all the same',
    spaces: lab({
      iptables: {
        filter: ['-A INPUT -m conntrack --ctstate SNAT --ctdir REPLY -j DROP'],
        nat: ['-A POSTROUTING -o lo -p tcp -j SNAT --to-source 127.0.0.1 --random'],
      },
    }),
    flow: { from: 'host', to: '127.0.0.1', dport: 3128 },
    told: {
      outcome: 'timeout',
      reason:
        "the answer is lost on the way back: `-A INPUT -m conntrack --ctstate SNAT --ctdir REPLY -j DROP` in host's filter INPUT drops it",
      packets: ['127.0.0.1:49152 > 127.0.0.1:3128: host lo in', '< 127.0.0.1:3128 > 127.0.0.1:49152: host lo in'],
      rules: ['host nat -A POSTROUTING -o lo -p tcp -j SNAT --to-source 127.0.0.1 --random'],
    },
  },
  {
    what: 'hairpin: a container reaches itself by the published port once it is masqueraded',
    spaces: lab({
      iptables: { nat: [published, '-A POSTROUTING -s 172.17.0.2/32 -d 172.17.0.2/32 -j MASQUERADE'] },
      ports: [{ dev: 'vweb', bridge: 'docker0', flags: ['hairpin'] }],
    }),
    flow: { from: 'web', to: '192.0.2.10', dport: 8080 },
    told: {
      outcome: 'connected',
      reason: 'a listener on tcp *:80 in web answers',
      packets: [
        '172.17.0.2:49152 > 192.0.2.10:8080: web eth0 out, host vweb in, host docker0 in',
        '172.17.0.1:49152 > 172.17.0.2:80: host docker0 out, host vweb out, web eth0 in',
        '< 172.17.0.2:80 > 172.17.0.1:49152: web eth0 out, host vweb in, host docker0 in',
        '< 192.0.2.10:8080 > 172.17.0.2:49152: host docker0 out, host vweb out, web eth0 in',
      ],
      rules: [
        'host nat -A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
        'host nat -A POSTROUTING -s 172.17.0.2/32 -d 172.17.0.2/32 -j MASQUERADE',
      ],
    },
  },
  {
    what: 'without masquerading, a neighbour answers straight and is not understood',
    spaces: lab({ iptables: { nat: ['-A PREROUTING -p udp -m udp --dport 5353 -j DNAT --to-destination 172.17.0.3:53'] } }),
    flow: { from: 'web', to: '192.0.2.10', dport: 5353, proto: 'udp' },
    told: {
      outcome: 'timeout',
      reason: 'the answer is lost on the way back: it comes to web from 172.17.0.3:53, where nothing waits for it',
      packets: [
        '172.17.0.2:49152 > 192.0.2.10:5353: web eth0 out, host vweb in, host docker0 in',
        '172.17.0.2:49152 > 172.17.0.3:53: host docker0 out, host vdb out, db eth0 in',
        '< 172.17.0.3:53 > 172.17.0.2:49152: db eth0 out, host vdb in, host vweb out, web eth0 in',
      ],
      rules: ['host nat -A PREROUTING -p udp -m udp --dport 5353 -j DNAT --to-destination 172.17.0.3:53'],
    },
  },
]);
