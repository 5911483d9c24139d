import { testCases } from '../../support/cases.js';
import { lab } from '../../support/lab.js';

const out = { from: 'web', to: '203.0.113.8', dport: 443 } as const;
const filter = (...lines: readonly string[]) => lab({ iptables: { filter: lines } });

testCases([
  {
    what: 'RETURN from a chain that was gone to ends in the chain before the one that went',
    spaces: filter(
      '-N A',
      '-N B',
      '-P FORWARD DROP',
      '-A FORWARD -j A',
      '-A FORWARD -m comment --comment back -j ACCEPT',
      '-A A -g B',
      '-A A -j DROP',
      '-A B -j RETURN',
    ),
    flow: out,
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth0 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth0 out'],
      rules: [
        'host filter -A FORWARD -j A',
        'host filter -A A -g B',
        'host filter -A B -j RETURN',
        'host filter -A FORWARD -m comment --comment back -j ACCEPT',
      ],
    },
  },
  {
    what: 'the end of a chain that was jumped to goes on behind the jump',
    spaces: filter('-N A', '-A FORWARD -j A', '-A FORWARD -j DROP', '-A A -m comment --comment in', '-A A -s 10.0.0.0/8 -j ACCEPT'),
    flow: out,
    told: {
      outcome: 'timeout',
      reason: "`-A FORWARD -j DROP` in host's filter FORWARD drops it",
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: ['host filter -A FORWARD -j A', 'host filter -A A -m comment --comment in', 'host filter -A FORWARD -j DROP'],
    },
  },
  {
    what: 'goto from the base chain ends at its policy',
    spaces: filter('-N A', '-P FORWARD DROP', '-A FORWARD -g A', '-A FORWARD -j ACCEPT', '-A A -s 10.0.0.0/8 -j ACCEPT'),
    flow: out,
    told: {
      outcome: 'timeout',
      reason: "no rule of host's filter FORWARD matched, and its policy is DROP",
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: ['host filter -A FORWARD -g A'],
    },
  },
  {
    what: 'RETURN in the base chain is its policy',
    spaces: filter('-P FORWARD DROP', '-A FORWARD -j RETURN', '-A FORWARD -j ACCEPT'),
    flow: out,
    told: {
      outcome: 'timeout',
      reason: "no rule of host's filter FORWARD matched, and its policy is DROP",
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: ['host filter -A FORWARD -j RETURN'],
    },
  },
  {
    what: 'chains in a circle, which no kernel loads',
    spaces: filter('-N A', '-A FORWARD -j A', '-A A -j A'),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        'it depends on chains that jump in a circle, which no kernel loads (host/iptables-save.txt:7); `--assume unknown=accept` gives leaves-host, unknown=drop gives timeout',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'NFQUEUE: what user space says',
    spaces: filter('-A FORWARD -j NFQUEUE --queue-num 0', '-A FORWARD -j DROP'),
    flow: out,
    assume: ['queue=accept'],
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth0 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth0 out'],
      rules: ['host filter -A FORWARD -j NFQUEUE --queue-num 0'],
    },
  },
  {
    what: 'an unknown target decides nothing in silence',
    spaces: filter('-A FORWARD -j FROBNICATE --hard'),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        "it depends on the target `FROBNICATE`, which is not known: a chain that host/iptables-save.txt does not show (a whole `iptables-save` would), or a module's (host/iptables-save.txt:5); `--assume unknown=continue` gives leaves-host, unknown=drop gives timeout",
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'an unknown match decides nothing in silence',
    spaces: filter('-A FORWARD -m frob --nicate 3 -j DROP'),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        'it depends on the match `frob`, which is not known (host/iptables-save.txt:5); `--assume unknown=no-match` gives leaves-host, unknown=match gives timeout',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
]);
