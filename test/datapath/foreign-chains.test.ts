import { testCases } from '../support/cases.js';
import { lab } from '../support/lab.js';

const out = { from: 'web', to: '203.0.113.8', dport: 443 } as const;
const chain = (changes: object) => ({
  chain: { family: 'inet', table: 'fw', name: 'fwd', handle: 1, type: 'filter', hook: 'forward', prio: 0, policy: 'accept', ...changes },
});
const rule = { rule: { family: 'inet', table: 'fw', chain: 'fwd', handle: 2, expr: [{ accept: null }] } };
const nft = (...objects: readonly object[]) => ({
  files: {
    'nft-ruleset.json': JSON.stringify({
      nftables: [
        { metainfo: { version: '1.0.6', json_schema_version: 1 } },
        { table: { family: 'inet', name: 'fw', handle: 1 } },
        ...objects,
      ],
    }),
  },
});

testCases([
  {
    what: 'a chain with rules may drop it',
    spaces: lab(nft(chain({}), rule)),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        'it depends on the nftables chain `inet fw fwd` of host (hook forward, policy accept, 1 rules), which is not evaluated (host/nft-ruleset.json:1); `--assume nft=accept` gives leaves-host, nft=drop gives timeout',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'taken to accept',
    spaces: lab(nft(chain({}), rule)),
    flow: out,
    assume: ['nft=accept'],
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth0 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth0 out'],
      rules: [],
    },
  },
  {
    what: 'taken to drop',
    spaces: lab(nft(chain({}), rule)),
    flow: out,
    assume: ['nft=drop'],
    told: {
      outcome: 'timeout',
      reason: 'the nftables chain `inet fw fwd` of host (hook forward, policy accept, 1 rules), which is not evaluated drops it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'a chain without rules that accepts is no question',
    spaces: lab(nft(chain({}))),
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
    what: 'a chain without rules that drops is one',
    spaces: lab(nft(chain({ policy: 'drop' }))),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        'it depends on the nftables chain `inet fw fwd` of host (hook forward, policy drop, 0 rules), which is not evaluated (host/nft-ruleset.json:1); `--assume nft=accept` gives leaves-host, nft=drop gives timeout',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
  {
    what: 'another hook, another family',
    spaces: lab(nft(chain({ hook: 'input' }), chain({ family: 'ip6', name: 'x' }), rule)),
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
    what: 'where iptables drops it anyway, both sides end alike',
    spaces: lab({ ...nft(chain({}), rule), iptables: { filter: ['-P FORWARD DROP'] } }),
    flow: out,
    told: {
      outcome: 'timeout',
      reason: "no rule of host's filter FORWARD matched, and its policy is DROP",
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in'],
      rules: [],
    },
  },
]);
