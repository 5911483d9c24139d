import { testCases } from '../../support/cases.js';
import { lab } from '../../support/lab.js';

const SETS = `create seen hash:ip family inet hashsize 1024 maxelem 65536
create pairs hash:ip,port family inet hashsize 1024 maxelem 65536
create marks hash:ip family inet hashsize 1024 maxelem 65536 skbinfo
create nets hash:net family inet hashsize 1024 maxelem 65536
add pairs 172.17.0.2,tcp:443
add marks 172.17.0.2 skbmark 0x7/0xff
`;
const files = { 'ipset-save.txt': SETS };
const out = { from: 'web', to: '203.0.113.8', dport: 443 } as const;
const WAY = '172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in';
const LEAVES =
  'the packet leaves host by eth0 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it';

testCases([
  {
    what: 'what SET adds, a later rule finds',
    spaces: lab({
      files,
      iptables: {
        mangle: ['-A PREROUTING -i docker0 -j SET --add-set seen src'],
        filter: ['-A FORWARD -m set --match-set seen dst -j DROP', '-A FORWARD -m set --match-set seen src -j DROP'],
      },
    }),
    flow: out,
    told: {
      outcome: 'timeout',
      reason: "`-A FORWARD -m set --match-set seen src -j DROP` in host's filter FORWARD drops it",
      packets: [WAY],
      rules: [
        'host mangle -A PREROUTING -i docker0 -j SET --add-set seen src',
        'host filter -A FORWARD -m set --match-set seen src -j DROP',
      ],
    },
  },
  {
    what: 'the answer finds what the packet left in a set',
    spaces: lab({
      files,
      iptables: {
        mangle: ['-A FORWARD -o docker0 -j SET --add-set seen src'],
        filter: ['-A FORWARD -m set --match-set seen dst -j DROP'],
      },
    }),
    flow: { from: 'internet', to: '172.17.0.2', dport: 80 },
    told: {
      outcome: 'timeout',
      reason: "the answer is lost on the way back: `-A FORWARD -m set --match-set seen dst -j DROP` in host's filter FORWARD drops it",
      packets: [
        '203.0.113.1:49152 > 172.17.0.2:80: host eth0 in, host docker0 out, host vweb out, web eth0 in',
        '< 172.17.0.2:80 > 203.0.113.1:49152: web eth0 out, host vweb in, host docker0 in',
      ],
      rules: ['host mangle -A FORWARD -o docker0 -j SET --add-set seen src'],
    },
  },
  {
    what: 'what SET takes out, no later rule finds',
    spaces: lab({
      files,
      iptables: {
        mangle: ['-A FORWARD -j SET --del-set pairs src,dst'],
        filter: ['-A FORWARD -m set --match-set pairs src,dst -j DROP'],
      },
    }),
    flow: out,
    told: {
      outcome: 'leaves-host',
      reason: LEAVES,
      packets: [`${WAY}, host eth0 out`],
      rules: ['host mangle -A FORWARD -j SET --del-set pairs src,dst'],
    },
  },
  {
    what: 'a network that SET adds has the length of the networks there are: not told',
    spaces: lab({
      files,
      iptables: {
        mangle: ['-A PREROUTING -i docker0 -j SET --add-set nets src'],
        filter: ['-A FORWARD -m set --match-set nets src -j DROP'],
      },
    }),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        'it depends on membership of ipset nets: a SET target changed it on the way of this packet (host/iptables-save.txt:13); `--assume ipset=out` gives leaves-host, ipset=in gives timeout',
      packets: [WAY],
      rules: ['host mangle -A PREROUTING -i docker0 -j SET --add-set nets src'],
    },
  },
  {
    what: "SET --map-mark puts the entry's mark on the packet",
    spaces: lab({
      files,
      iptables: {
        mangle: ['-A PREROUTING -i docker0 -j SET --map-set marks src --map-mark'],
        filter: ['-A FORWARD -m mark --mark 0x7 -j DROP'],
      },
    }),
    flow: out,
    told: {
      outcome: 'timeout',
      reason: "`-A FORWARD -m mark --mark 0x7 -j DROP` in host's filter FORWARD drops it",
      packets: [WAY],
      rules: [
        'host mangle -A PREROUTING -i docker0 -j SET --map-set marks src --map-mark',
        'host filter -A FORWARD -m mark --mark 0x7 -j DROP',
      ],
    },
  },
  {
    what: 'SET --map-mark of a packet without an entry changes nothing',
    spaces: lab({
      files,
      iptables: {
        mangle: ['-A PREROUTING -i docker0 -j SET --map-set marks dst --map-mark'],
        filter: ['-A FORWARD -m mark ! --mark 0x0 -j DROP'],
      },
    }),
    flow: out,
    told: {
      outcome: 'leaves-host',
      reason: LEAVES,
      packets: [`${WAY}, host eth0 out`],
      rules: ['host mangle -A PREROUTING -i docker0 -j SET --map-set marks dst --map-mark'],
    },
  },
]);
