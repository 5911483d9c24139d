import { describe, expect, test } from 'vitest';
import { parseBrctlShow } from '../../../src/snapshot/parsers/brctl-show.js';
import { parseBridgeVlan } from '../../../src/snapshot/parsers/bridge-vlan.js';
import { parseIpsetSave } from '../../../src/snapshot/parsers/ipset-save.js';
import { baseChainsOf } from '../../../src/netfilter/nftables/base-chains.js';
import { parseNftRuleset } from '../../../src/snapshot/parsers/nft-ruleset.js';
import { parseSysctl } from '../../../src/snapshot/parsers/sysctl.js';
import { tableId, tableName } from '../../../src/snapshot/parsers/route-fields.js';

const at = (line: number) => ({ file: 'f', line });

describe('brctl show', () => {
  test('bridges with several ports, one, and none', () => {
    const text =
      'bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr0\t\t8000.0242de618786\tno\t\tveth1\n\t\t\t\t\t\t\tveth2\ndocker0   8000.024275439b39  yes\nwhat is this\n';
    expect(parseBrctlShow(text, 'f')).toEqual({
      data: [
        {
          name: 'br0',
          ports: [
            { iface: 'veth1', origin: at(2) },
            { iface: 'veth2', origin: at(3) },
          ],
          origin: at(2),
        },
        { name: 'docker0', ports: [], origin: at(4) },
      ],
      problems: [{ origin: at(5), text: 'what is this', message: 'not a line of brctl show' }],
    });
  });
});

describe('bridge vlan', () => {
  const expected = [
    { iface: 'br0', vid: 1, pvid: true, untagged: true },
    { iface: 'v0', vid: 10, pvid: false, untagged: false },
    { iface: 'v0', vid: 20, vidEnd: 30, pvid: false, untagged: true },
  ];
  test.each([
    [
      'text',
      'port              vlan-id  \nbr0               1 PVID Egress Untagged\nv0                10\n                  20-30 Egress Untagged\nv1  None\n',
    ],
    ['old text', 'port\tvlan ids\nbr0\t 1 PVID Egress Untagged\n\nv0\t 10\n\t 20-30 Egress Untagged\n\n'],
    [
      'JSON',
      '[{"ifname":"br0","vlans":[{"vlan":1,"flags":["PVID","Egress Untagged"]}]},{"ifname":"v0","vlans":[{"vlan":10},{"vlan":20,"vlanEnd":30,"flags":["Egress Untagged"]}]}]',
    ],
  ])('%s', (_, text) => {
    const { data, problems } = parseBridgeVlan(text, 'f');
    expect(data.map(({ origin: _origin, ...rest }) => rest)).toEqual(expected);
    expect(problems).toEqual([]);
  });
});

describe('ipset save', () => {
  test('a set of sets that holds itself, or another of its kind, as no kernel lets it', () => {
    const { data, problems } = parseIpsetSave(
      'create a hash:ip family inet\ncreate l list:set size 8\ncreate m list:set size 8\nadd l a\nadd l l\nadd m l\nadd l m\n',
      'f',
    );
    expect([...data.values()].map(({ name, members }) => [name, members.map(({ text }) => text)])).toEqual([
      ['a', []],
      ['l', ['a']],
      ['m', []],
    ]);
    expect(problems.map(({ origin, text }) => [origin.line, text])).toEqual([
      [5, 'add l l'],
      [7, 'add l m'],
      [6, 'add m l'],
    ]);
  });

  test('sets, members, comments, nomatch, timeouts', () => {
    const text = [
      'create a hash:ip,port family inet hashsize 1024 timeout 100 comment',
      'add a 10.0.0.1,tcp:80 timeout 99 comment "x \\"y\\" nomatch"',
      'create n hash:net family inet6 counters',
      'add n fd00::/8 packets 1 bytes 2 nomatch',
      'create bp bitmap:port range 0-1024',
      'add gone 1.2.3.4',
      'create odd tree:ip',
    ].join('\n');
    expect(parseIpsetSave(text, 'f')).toEqual({
      data: new Map([
        [
          'a',
          {
            name: 'a',
            type: 'hash:ip,port',
            family: 4,
            options: new Map([
              ['family', 'inet'],
              ['hashsize', '1024'],
              ['timeout', '100'],
              ['comment', ''],
            ]),
            members: [{ text: '10.0.0.1,tcp:80', nomatch: false, timeout: 99, origin: at(2) }],
            origin: at(1),
          },
        ],
        [
          'n',
          {
            name: 'n',
            type: 'hash:net',
            family: 6,
            options: new Map([
              ['family', 'inet6'],
              ['counters', ''],
            ]),
            members: [{ text: 'fd00::/8', nomatch: true, origin: at(4) }],
            origin: at(3),
          },
        ],
        ['bp', { name: 'bp', type: 'bitmap:port', family: 4, options: new Map([['range', '0-1024']]), members: [], origin: at(5) }],
      ]),
      problems: [
        { origin: at(6), text: 'add gone 1.2.3.4', message: 'set gone is not created before this line' },
        { origin: at(7), text: 'create odd tree:ip', message: 'unknown set type tree:ip' },
      ],
    });
  });
});

describe('sysctl', () => {
  test('dots and slashes, comments, messages', () => {
    const text =
      'net.ipv4.ip_forward = 1\nnet.ipv4.conf.eth0/100.forwarding = 0\nnet.ipv4.ip_local_port_range = 32768\t60999\nsysctl: permission denied on key x\n# comment\nnet.empty = \nnonsense\n';
    expect(parseSysctl(text, 'f')).toEqual({
      data: {
        absent: new Set(),
        values: new Map([
          ['net.ipv4.ip_forward', { value: '1', origin: at(1) }],
          ['net.ipv4.conf.eth0/100.forwarding', { value: '0', origin: at(2) }],
          ['net.ipv4.ip_local_port_range', { value: '32768\t60999', origin: at(3) }],
          ['net.empty', { value: '', origin: at(6) }],
        ]),
      },
      problems: [{ origin: at(7), text: 'nonsense', message: 'not a line of sysctl: expected name = value' }],
      leavesOut: [{ why: 'it shows some settings only: of any other nothing is known', what: ['settings'] }],
    });
  });
});

describe('settings that there are not', () => {
  const BRIDGE = 'net.bridge.bridge-nf-call-iptables';
  test.each([
    [`sysctl: cannot stat /proc/sys/net/bridge/bridge-nf-call-iptables: No such file or directory`, BRIDGE],
    [`error: "${BRIDGE}" is an unknown key`, BRIDGE],
    [`sysctl: error: '${BRIDGE}' is an unknown key`, BRIDGE],
    [`cat: /proc/sys/net/bridge/bridge-nf-call-iptables: No such file or directory`, BRIDGE],
    [`cat: can't open '/proc/sys/net/bridge/bridge-nf-call-iptables': No such file or directory`, BRIDGE],
    [`sysctl: cannot stat /proc/sys/net/ipv4/conf/eth0.5/forwarding: No such file or directory`, 'net.ipv4.conf.eth0/5.forwarding'],
    [`sysctl: permission denied on key '${BRIDGE}'`, undefined],
    [`cat: /proc/sys/net/bridge/bridge-nf-call-iptables: Permission denied`, undefined],
  ])('%s', (line, name) => {
    const { data, problems } = parseSysctl(`net.ipv4.ip_forward = 1\n${line}\n`, 'f');
    expect([[...data.absent], data.values.size]).toEqual([name === undefined ? [] : [name], 1]);
    expect(problems.length).toBe(line.startsWith('cat') && name === undefined ? 1 : 0);
  });
});

describe('nft list ruleset', () => {
  const expected = [
    { family: 'inet', table: 'fw', chain: 'in', hook: 'input', priority: 0, policy: 'drop', rules: 2 },
    { family: 'ip', table: 'nat', chain: 'POSTROUTING', hook: 'postrouting', priority: 100, policy: 'accept', rules: 1 },
  ];
  test.each([
    [
      'text',
      'table inet fw {\n\tset s {\n\t\ttype ipv4_addr\n\t\telements = { 1.2.3.4 }\n\t}\n\tchain in {\n\t\ttype filter hook input priority filter; policy drop;\n\t\tct state established accept\n\t\ttcp dport { 22, 80 } accept\n\t}\n\tchain sub {\n\t\tdrop\n\t}\n}\ntable ip nat {\n\tchain POSTROUTING {\n\t\ttype nat hook postrouting priority srcnat; policy accept;\n\t\tmasquerade\n\t}\n}\n',
    ],
    [
      'JSON',
      '{"nftables":[{"metainfo":{"version":"1"}},{"table":{"family":"inet","name":"fw"}},{"chain":{"family":"inet","table":"fw","name":"in","type":"filter","hook":"input","prio":0,"policy":"drop"}},{"chain":{"family":"inet","table":"fw","name":"sub"}},{"rule":{"family":"inet","table":"fw","chain":"in","expr":[]}},{"rule":{"family":"inet","table":"fw","chain":"in","expr":[]}},{"rule":{"family":"inet","table":"fw","chain":"sub","expr":[]}},{"chain":{"family":"ip","table":"nat","name":"POSTROUTING","type":"nat","hook":"postrouting","prio":100,"policy":"accept"}},{"rule":{"family":"ip","table":"nat","chain":"POSTROUTING","expr":[]}}]}',
    ],
  ])('%s', (_, text) => {
    const { data, problems } = parseNftRuleset(text, 'f');
    expect(baseChainsOf(data).map(({ origin: _origin, ...rest }) => rest)).toEqual(expected);
    expect(problems).toEqual([]);
  });
});

test('routing tables by name and number', () => {
  expect(['main', 'local', 'default', 'unspec', '100'].map(tableId)).toEqual([254, 255, 253, 0, 100]);
  expect(tableId('vpn')).toBe(tableId('vpn'));
  expect(tableId('vpn')).not.toBe(tableId('wan'));
  expect(tableId('vpn')).toBeGreaterThan(2 ** 32 - 1);
  expect([254, 255, 7].map(tableName)).toEqual(['main', 'local', '7']);
});
