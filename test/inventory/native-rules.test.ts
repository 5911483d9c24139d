import { describe, expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { evidenceOf, firewallBackend, nativeRulesOf } from '../../src/inventory/index.js';
import { takeIn } from '../../src/snapshot/intake/index.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { recorded, type Files } from '../audit/hosts.js';

const D28 = 'docker28-bridge';

/** The recorded host with files added or changed. */
type Change = readonly [string, string | ((text: string) => string)];

function host(...changes: readonly Change[]) {
  const files: Files = recorded(D28);
  for (const [file, to] of changes) files.set(file, typeof to === 'string' ? to : to(files.get(file) ?? ''));
  return loadFiles(files);
}

const info = (backend: unknown): readonly [string, string] => ['docker/info.json', JSON.stringify({ FirewallBackend: backend })];
const save = 'host/iptables-save.txt';
const sockets = 'host/ss.txt';
const put =
  (...lines: readonly string[]) =>
  (text: string): string =>
    `${text.replace(/\n?$/, '\n')}${lines.join('\n')}\n`;
const listens = (name: string): string => `tcp LISTEN 0 4096 127.0.0.1:10249 0.0.0.0:* users:(("${name}",pid=9,fd=3))`;
const chain = (name: string) => (text: string) => text.replace('*filter\n', `*filter\n:${name} - [0:0]\n`);

/** What is changed, what is known then, and what the sign names. */
const SIGNS: readonly (readonly [string, readonly Change[], string, RegExp?])[] = [
  ['as recorded', [], 'assumed'],
  ['docker info names nftables', [info({ Driver: 'nftables' })], 'open', /docker info .* nftables/],
  ['docker info of another form', [info('nftables')], 'open', /docker info/],
  ['docker info names firewalld', [info({ Driver: 'iptables+firewalld' })], 'open', /firewalld/],
  ['docker info names iptables', [info({ Driver: 'iptables' })], 'assumed'],
  ['docker info is no object there', [info(7)], 'assumed'],
  ['iptables warns of a table', [[save, put("# Table `filter' is incompatible, use 'nft' tool.")]], 'open', /iptables-save\.txt:\d+/],
  ['kube-proxy without its chains', [[sockets, put(listens('kube-proxy'))]], 'open', /kube-proxy is there/],
  [
    'kube-proxy with its chains',
    [
      [sockets, put(listens('kube-proxy'))],
      [save, chain('KUBE-SERVICES')],
    ],
    'assumed',
  ],
  ["the kubelet's canary alone", [[save, chain('KUBE-KUBELET-CANARY')]], 'open', /KUBE-KUBELET-CANARY/],
  ['aardvark-dns without chains of netavark', [[sockets, put(listens('aardvark-dns'))]], 'open', /aardvark-dns/],
  [
    'aardvark-dns with them',
    [
      [sockets, put(listens('aardvark-dns'))],
      [save, chain('NETAVARK_FORWARD')],
    ],
    'assumed',
  ],
  [
    'firewalld among the processes',
    [['host/ps.txt', 'PID CMD\n7 /usr/bin/python3 -s /usr/sbin/firewalld --nofork\n']],
    'open',
    /firewalld is there/,
  ],
  ['an error in place of the listing', [['host/nft-ruleset.txt', 'sh: nft: Permission denied\n']], 'open', /nft-ruleset\.txt/],
  ['the listing, empty of tables', [['host/nft-ruleset.json', '{"nftables":[{"metainfo":{"json_schema_version":1}}]}']], 'shown'],
];

describe('native rules that nobody listed', () => {
  test.each(SIGNS.map((one) => [one[0], one] as const))('%s', (_name, [, changes, kind, sign]) => {
    const known = nativeRulesOf(host(...changes), 'host');
    expect(known.kind).toBe(kind);
    if (sign !== undefined) expect('sign' in known ? known.sign : '').toMatch(sign);
  });

  test('where something tells of them, a firm answer is unknown and a gate lacks the file', () => {
    const asked = { from: 'web', to: '203.0.113.8', proto: 'tcp', dport: 443 } as const;
    const plain = traceFlow(createMachine(host()), asked);
    expect(plain.outcome).toBe('leaves-host');
    expect(plain.assumptions.map((a) => a.choice)).toEqual(['missing=nft=open', 'missing=rules=none']);
    const open = host(info({ Driver: 'nftables' }));
    const trace = traceFlow(createMachine(open), asked);
    expect(trace.outcome).toBe('unknown');
    expect(trace.reason).toMatch(/native nftables rules of host.*host\/nft-ruleset\.json.*nft -j list ruleset/);
    expect(evidenceOf(open).lack('nft')).toMatchObject({ file: 'host/nft-ruleset.json', state: 'missing', command: 'nft -j list ruleset' });
    expect(evidenceOf(host()).lack('nft')).toBeUndefined();
    const told = traceFlow(createMachine(open, { assume: new Map([['missing', ['nft=open', 'nft=as-is']]]) }), asked);
    expect(told.outcome).toBe('leaves-host');
  });

  test('the backend of docker info', () => {
    expect(firewallBackend({ info: { FirewallBackend: { Driver: 'nftables+firewalld' } } })).toBe('nftables+firewalld');
    for (const one of [undefined, null, 1, {}, { FirewallBackend: null }, { FirewallBackend: { Driver: 4 } }])
      expect(firewallBackend({ info: one })).toBeUndefined();
  });
});

/** What people run to see whether firewalld does, and whether that is a sign of native rules. */
const STATES: readonly (readonly [string, string, boolean])[] = [
  ['firewall-cmd --state', 'running', true],
  ['sudo firewall-cmd --state', 'not running', false],
  ['systemctl is-active firewalld', 'active', true],
  ['systemctl is-active firewalld.service', 'inactive', false],
  ['systemctl status firewalld', '● firewalld.service - firewalld\n     Active: active (running) since Sat 2026-11-21', true],
  ['systemctl is-active cups', 'active', false],
];

test.each(STATES)('%s: %s', (command, printed, sign) => {
  const rules = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';
  const text = `ops@lab:~$ ${command}\n${printed}\nops@lab:~$ sudo iptables-save\n${rules}ops@lab:~$\n`;
  const host = loadFiles(takeIn([{ path: 'paste.txt', text }], 'paste.txt').files);
  expect(nativeRulesOf(host, 'host').kind).toBe(sign ? 'open' : 'assumed');
});
