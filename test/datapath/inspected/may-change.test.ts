import { testCases } from '../../support/cases.js';
import { lab } from '../../support/lab.js';

const web = (changes: object): Readonly<Record<string, unknown>> => ({
  'containers.json': [
    {
      Id: 'e'.repeat(64),
      Name: '/web',
      State: { Running: true, Pid: 7 },
      HostConfig: { NetworkMode: 'bridge', ...changes },
      NetworkSettings: { Networks: {} },
    },
  ],
});
const bare = lab({}, { files: { 'nft-ruleset.json': undefined, 'iptables-save.txt': undefined, 'ip-rule.txt': undefined } });
const ruled = lab({}, { files: { 'nft-ruleset.json': undefined, 'iptables-save.txt': undefined } });
const out = { from: 'web', to: '203.0.113.8', dport: 443 };
const left = {
  outcome: 'leaves-host',
  reason:
    'the packet leaves host by eth0 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it',
  packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth0 out'],
  rules: [],
} as const;

testCases([
  { what: 'a container without NET_ADMIN has no rules that nobody shows', spaces: bare, docker: web({}), flow: out, told: left },
  {
    what: 'one with NET_ADMIN may have changed its policy rules',
    spaces: bare,
    docker: web({ CapAdd: ['NET_ADMIN'] }),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        'the snapshot lacks the policy rules of web, which may change them (NET_ADMIN): `nsenter -t PID -n ip rule show` would show them (netns/web/ip-rule.json)',
      packets: [],
      rules: [],
    },
  },
  {
    what: 'and its rules',
    spaces: ruled,
    docker: web({ CapAdd: ['CAP_NET_ADMIN'] }),
    flow: out,
    told: {
      outcome: 'unknown',
      reason:
        'it depends on the rules that web, which has NET_ADMIN, may have of its own: `nsenter -t PID -n iptables-save` would show them (netns/web/iptables-save.txt); `--assume missing=iptables=open` gives leaves-host, missing=iptables=drop gives timeout',
      packets: [],
      rules: [],
    },
  },
]);
