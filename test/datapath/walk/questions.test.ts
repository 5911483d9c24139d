import { testCases } from '../../support/cases.js';
import { lab } from '../../support/lab.js';

const out = { from: 'web', to: '203.0.113.8', dport: 443 } as const;
const decided = (rule: string) => lab({ iptables: { filter: ['-P FORWARD DROP', `-A FORWARD ${rule} -j ACCEPT`] } });
const alike = (rule: string) => lab({ iptables: { filter: [`-A FORWARD ${rule} -j LOG`, `-A FORWARD ${rule} -j ACCEPT`] } });

testCases([
  {
    what: 'both sides end alike: that is the answer',
    spaces: alike('-m limit --limit 1/sec'),
    flow: out,
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth0 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth0 out'],
      rules: ['host filter -A FORWARD -m limit --limit 1/sec -j LOG', 'host filter -A FORWARD -m limit --limit 1/sec -j ACCEPT'],
    },
  },
  {
    what: 'the sides part: unknown, with the rule',
    spaces: decided('-m limit --limit 1/sec'),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        'it depends on the rate of the rule (-m limit --limit 1/sec) (host/iptables-save.txt:5); `--assume limit=under` gives leaves-host, limit=over gives timeout',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'limit=over',
    spaces: decided('-m limit --limit 1/sec'),
    flow: out,
    assume: ['limit=over'],
    told: {
      outcome: 'timeout',
      reason: "no rule of host's filter FORWARD matched, and its policy is DROP",
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'limit=under',
    spaces: decided('-m limit --limit 1/sec'),
    flow: out,
    assume: ['limit=under'],
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth0 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth0 out'],
      rules: ['host filter -A FORWARD -m limit --limit 1/sec -j ACCEPT'],
    },
  },
  {
    what: 'hashlimit',
    spaces: decided('-m hashlimit --hashlimit-upto 5/sec --hashlimit-name x'),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        'it depends on the rate of its hash bucket (-m hashlimit --hashlimit-upto 5/sec --hashlimit-name x) (host/iptables-save.txt:5); `--assume hashlimit=under` gives leaves-host, hashlimit=over gives timeout',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'statistic',
    spaces: decided('-m statistic --mode random --probability 0.50000000000'),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        'it depends on a counter or a random number (-m statistic --mode random --probability 0.50000000000) (host/iptables-save.txt:5); `--assume statistic=no-match` gives timeout, statistic=match gives leaves-host',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'recent',
    spaces: decided('-m recent --rcheck --name seen --mask 255.255.255.255 --rsource'),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        'it depends on whether the address is in the list seen (-m recent --rcheck --name seen --mask 255.255.255.255 --rsource) (host/iptables-save.txt:5); `--assume recent=unlisted` gives timeout, recent=listed gives leaves-host',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'time',
    spaces: decided('-m time --timestart 08:00 --timestop 18:00'),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        'it depends on the time of day (-m time --timestart 08:00 --timestop 18:00) (host/iptables-save.txt:5); `--assume time=inside` gives leaves-host, time=outside gives timeout',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'time=match, as every category understands',
    spaces: decided('-m time --timestart 08:00 --timestop 18:00'),
    flow: out,
    assume: ['time=match'],
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth0 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth0 out'],
      rules: ['host filter -A FORWARD -m time --timestart 08:00 --timestop 18:00 -j ACCEPT'],
    },
  },
  {
    what: 'a rule that no kernel loads, owner in FORWARD, decides nothing by itself',
    spaces: decided('-m owner --uid-owner 1000'),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        'it depends on -m owner, which no kernel loads where FORWARD leads (only OUTPUT, POSTROUTING may) (host/iptables-save.txt:5); `--assume unknown=no-match` gives timeout, unknown=match gives leaves-host',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'owner is one where it has',
    spaces: lab({ iptables: { filter: ['-P OUTPUT DROP', '-A OUTPUT -m owner --uid-owner 1000 -j ACCEPT'] } }),
    flow: { ...out, from: 'host' },
    told: {
      outcome: 'unknown',
      reason:
        'it depends on the user of the process that sends (-m owner --uid-owner 1000) (host/iptables-save.txt:5); `--assume owner=other` gives timeout, owner=owner gives leaves-host',
      packets: [],
      rules: [],
    },
  },
  {
    what: 'a set that the listing lacks',
    spaces: decided('-m set --match-set allowed dst'),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        'it depends on membership of ipset allowed: its elements are in `ipset save`, which host/ipset-save.txt does not show (host/iptables-save.txt:5); `--assume ipset=out` gives timeout, ipset=in gives leaves-host',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'ipset=in',
    spaces: decided('-m set --match-set allowed dst'),
    flow: out,
    assume: ['ipset=in'],
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth0 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth0 out'],
      rules: ['host filter -A FORWARD -m set --match-set allowed dst -j ACCEPT'],
    },
  },
  {
    what: 'connlimit',
    spaces: decided('-m connlimit --connlimit-upto 3 --connlimit-mask 32 --connlimit-saddr'),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        'it depends on how many connections there are (-m connlimit --connlimit-upto 3 --connlimit-mask 32 --connlimit-saddr) (host/iptables-save.txt:5); `--assume connlimit=under` gives leaves-host, connlimit=over gives timeout',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'NFQUEUE',
    spaces: lab({ iptables: { filter: ['-A FORWARD -j NFQUEUE --queue-num 0'] } }),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        'it depends on the verdict of a program in user space (-j NFQUEUE --queue-num 0) (host/iptables-save.txt:5); `--assume queue=accept` gives leaves-host, queue=drop gives timeout',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'a rule that cannot match raises no question',
    spaces: lab({ iptables: { filter: ['-A FORWARD -d 10.0.0.1/32 -m limit --limit 1/sec -j DROP'] } }),
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
    what: 'all=no answers every question',
    spaces: lab({ iptables: { filter: ['-A FORWARD -m limit --limit 1/sec -j DROP', '-A FORWARD -m time --timestart 08:00 -j DROP'] } }),
    flow: out,
    assume: ['all=no'],
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth0 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth0 out'],
      rules: [],
    },
  },
]);
