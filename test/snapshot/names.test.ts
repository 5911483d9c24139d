import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nativeBaseChains } from '../../src/netfilter/nftables/base-chains.js';
import type { Host, Netns } from '../../src/model/host.js';
import { loadFiles, loadSnapshot } from '../../src/snapshot/load.js';
import { tar } from '../support/archive.js';

const LONG = 'x'.repeat(300);
const LO = { ifindex: 1, ifname: 'lo', flags: ['LOOPBACK', 'UP'], mtu: 65536, link_type: 'loopback', addr_info: [] };
const link = (fields: object): object => ({
  ifindex: 2,
  ifname: 'eth0',
  flags: ['UP'],
  mtu: 1500,
  link_type: 'ether',
  addr_info: [],
  ...fields,
});
const json = (...items: readonly object[]): string => JSON.stringify(items, null, 1);
const container = (name: string): object => ({
  Id: `${name}-id`,
  Name: `/${name}`,
  State: { Running: true },
  HostConfig: {},
  NetworkSettings: { Networks: {}, Ports: {} },
});

interface Case {
  readonly file: string;
  /** A listing with one entry that cannot be and others that can. */
  readonly text: string;
  /** What is kept of it. */
  readonly kept: (host: Host, netns: Netns) => readonly unknown[];
  readonly expected: readonly unknown[];
  readonly line: number;
  readonly message: string;
}

const device = (fault: string): string => `an interface cannot be called this: the name ${fault}; what bears it is not read`;
const names = (_: Host, { interfaces }: Netns): readonly string[] => interfaces.map((i) => i.name);

const CASES: Readonly<Record<string, Case>> = {
  'a name with a line feed': {
    file: 'host/ip-addr.json',
    text: `[\n${JSON.stringify(LO)},\n${JSON.stringify(link({ ifname: 'a\nb' }))},\n${JSON.stringify(link({}))}]\n`,
    kept: names,
    expected: ['lo', 'eth0'],
    line: 3,
    message: device('holds a control character'),
  },
  'a setting of a container with a line feed in its value': {
    file: 'docker/containers.json',
    text: JSON.stringify([
      { ...container('web'), HostConfig: { Sysctls: { 'net.ipv4.ip_forward': '1', 'net.ipv4.tcp_ecn': '1\nlink show a' } } },
    ]),
    kept: ({ containers }) => containers.map(({ sysctls }) => [...(sysctls ?? [])]),
    expected: [[['net.ipv4.ip_forward', '1']]],
    line: 1,
    message: 'the value of a setting is one line',
  },
  'a setting of a container that leads to another folder': {
    file: 'docker/containers.json',
    text: JSON.stringify([{ ...container('web'), HostConfig: { Sysctls: { 'net.ipv4.//': '1', 'net.ipv4.ip_forward': '1' } } }]),
    kept: ({ containers }) => containers.map(({ sysctls }) => [...(sysctls ?? [])]),
    expected: [[['net.ipv4.ip_forward', '1']]],
    line: 1,
    message: 'a kernel parameter cannot be called this: the name has a part that leads to another folder; what bears it is not read',
  },
  'a bridge with a blank': {
    file: 'host/ip-addr.json',
    text: json(LO, link({ master: 'br 0' })),
    kept: names,
    expected: ['lo'],
    line: 22,
    message: device('holds a blank'),
  },
  'an altname that is too long': {
    file: 'host/ip-addr.json',
    text: json(LO, link({ altnames: ['n'.repeat(128)] })),
    kept: names,
    expected: ['lo'],
    line: 22,
    message: device('is longer than 127 bytes'),
  },
  'a kind with a blank': {
    file: 'host/ip-addr.json',
    text: json(LO, link({ linkinfo: { info_kind: 'dummy\nnetns' } })),
    kept: names,
    expected: ['lo'],
    line: 23,
    message: 'a kind of interface cannot be called this: the name holds a control character; what bears it is not read',
  },
  'a name of 16 bytes': {
    file: 'host/ip-addr.txt',
    text: '1: lo: <LOOPBACK,UP> mtu 65536\n    link/loopback 00:00:00:00:00:00\n2: eth0123456789abc: <UP> mtu 1500\n    link/ether 02:00:00:00:00:01\n3: eth1: <UP> mtu 1500\n    link/ether 02:00:00:00:00:02\n',
    kept: names,
    expected: ['lo', 'eth1'],
    line: 3,
    message: device('is longer than 15 bytes'),
  },
  'a route by a folder': {
    file: 'host/ip-route.txt',
    text: 'default via 10.0.0.1 dev eth0\n10.1.0.0/16 dev ..\n10.2.0.0/16 dev eth0\n',
    kept: (_, n) => n.routes.map((r) => r.text),
    expected: ['default via 10.0.0.1 dev eth0', '10.2.0.0/16 dev eth0'],
    line: 2,
    message: device('is a folder'),
  },
  'a hop by a path': {
    file: 'host/ip-route.json',
    text: json({ dst: 'default', nexthops: [{ dev: 'a/b' }] }, { dst: '10.0.0.0/8', dev: 'eth0' }),
    kept: (_, n) => n.routes.map((r) => r.text),
    expected: ['10.0.0.0/8 dev eth0'],
    line: 6,
    message: device('holds a /'),
  },
  'a rule for a path': {
    file: 'host/ip-rule.txt',
    text: '0:\tfrom all lookup local\n9:\tfrom all iif a/b lookup main\n',
    kept: (_, n) => n.rules.map((r) => r.priority),
    expected: [0],
    line: 2,
    message: device('holds a /'),
  },
  'a rule for a table': {
    file: 'host/ip-rule.json',
    text: json({ priority: 0, src: 'all', table: 'local' }, { priority: 9, src: 'all', table: 'a b' }),
    kept: (_, n) => n.rules.map((r) => r.priority),
    expected: [0],
    line: 10,
    message: 'a table, scope or group cannot be called this: the name holds a blank; what bears it is not read',
  },
  'a neighbour on a path': {
    file: 'host/ip-neigh.txt',
    text: '10.0.0.1 dev a/b lladdr 02:00:00:00:00:01 REACHABLE\n10.0.0.2 dev eth0 lladdr 02:00:00:00:00:02 REACHABLE\n',
    kept: (_, n) => n.neighbours.map((x) => x.dev),
    expected: ['eth0'],
    line: 1,
    message: device('holds a /'),
  },
  'a port with a colon': {
    file: 'host/bridge-link.txt',
    text: '3: a%b: <UP> mtu 1500 master br0 state forwarding\n4: v1: <UP> mtu 1500 master br0 state forwarding\n',
    kept: (_, n) => n.bridgePorts.map((p) => p.iface),
    expected: ['v1'],
    line: 1,
    message: device('holds a %'),
  },
  'an fdb entry of a path': {
    file: 'host/bridge-fdb.txt',
    text: '02:00:00:00:00:01 dev a/b master br0\n02:00:00:00:00:02 dev v1 master br0\n',
    kept: (_, n) => n.fdb.map((f) => f.dev),
    expected: ['v1'],
    line: 1,
    message: device('holds a /'),
  },
  'VLANs of a path': {
    file: 'host/bridge-vlan.txt',
    text: 'port vlan-id\na/b 1 PVID\nv1 2\n',
    kept: (_, n) => n.vlans.map((v) => v.iface),
    expected: ['v1'],
    line: 2,
    message: device('holds a /'),
  },
  'a bridge of brctl': {
    file: 'host/brctl-show.txt',
    text: 'bridge name\tbridge id\t\tSTP enabled\tinterfaces\na/b\t8000.020000000001\tno\tv1\nbr1\t8000.020000000002\tno\tv2\n',
    kept: (_, n) => n.bridgePorts.map((p) => p.iface),
    expected: ['v2'],
    line: 2,
    message: device('holds a /'),
  },
  'a socket of a path': {
    file: 'host/ss.txt',
    text: 'tcp LISTEN 0 1 0.0.0.0%a/b:80 0.0.0.0:*\ntcp LISTEN 0 1 0.0.0.0:81 0.0.0.0:*\n',
    kept: (_, n) => n.sockets.map((s) => s.port),
    expected: [81],
    line: 1,
    message: device('holds a /'),
  },
  'a parameter that climbs': {
    file: 'host/sysctl.txt',
    text: 'net.ipv4.ip_forward = 1\nnet.ipv4.//.//.//.//.tmp.x = y\n',
    kept: (_, n) => [...n.sysctl.keys()],
    expected: ['net.ipv4.ip_forward'],
    line: 2,
    message: 'a kernel parameter cannot be called this: the name has a part that leads to another folder; what bears it is not read',
  },
  'a chain of 29 bytes': {
    file: 'host/iptables-save.txt',
    text: `*filter\n:INPUT ACCEPT [0:0]\n:${'c'.repeat(29)} - [0:0]\n-A INPUT -j DROP\nCOMMIT\n`,
    kept: (_, n) => n.rulesets.flatMap((r) => [...r.tables.values()].flatMap((t) => [...t.chains.keys()])),
    expected: ['INPUT'],
    line: 3,
    message: 'a chain cannot be called this: the name is longer than 28 bytes; what bears it is not read',
  },
  'a set of 32 bytes': {
    file: 'host/ipset-save.txt',
    text: `create ${'s'.repeat(32)} hash:ip\ncreate b hash:ip\n`,
    kept: (_, n) => [...n.ipsets.keys()],
    expected: ['b'],
    line: 1,
    message: 'an ipset cannot be called this: the name is longer than 31 bytes; what bears it is not read',
  },
  'a chain of nftables': {
    file: 'host/nft-ruleset.json',
    text: JSON.stringify({
      nftables: ['a', 'b\n'].map((name) => ({
        chain: { family: 'inet', table: 't', name, type: 'filter', hook: 'input', prio: 0, policy: 'drop' },
      })),
    }),
    kept: (_, n) => nativeBaseChains(n).map((c) => c.chain),
    expected: ['a'],
    line: 1,
    message: 'a table, chain or set of nftables cannot be called this: the name holds a control character; what bears it is not read',
  },
  'a container called ..': {
    file: 'docker/containers.json',
    text: json(container('..'), container('web')),
    kept: (h) => h.containers.map((c) => c.name),
    expected: ['web'],
    line: 2,
    message: 'a container cannot be called this: the name leads to another folder; what bears it is not read',
  },
  'a container of 300 letters': {
    file: 'docker/containers.json',
    text: json(container('web'), container(LONG)),
    kept: (h) => h.containers.map((c) => c.name),
    expected: ['web'],
    line: 14,
    message: 'a container cannot be called this: the name is longer than 255 bytes; what bears it is not read',
  },
};

describe('a name that nothing on a host can bear', () => {
  it.each(Object.entries(CASES))('%s is told, and the rest is read', (_, { file, text, kept, expected, line, message }) => {
    const host = loadFiles(
      new Map([
        ['meta.json', '{"format":"dtrace-path-snapshot/1"}'],
        [file, text],
      ]),
    );
    const netns = host.netns.get('host');
    expect(netns && kept(host, netns)).toEqual(expected);
    expect(host.problems.map((p) => ({ ...p.origin, message: p.message }))).toContainEqual({ file, line, message });
  });

  const FOLDERS: readonly (readonly [string, string])[] = [
    ['..', 'leads to another folder'],
    ['.', 'leads to another folder'],
    [LONG, 'is longer than 255 bytes'],
    ['a\nb', 'holds a control character'],
  ];
  it.each(FOLDERS)('a folder of a namespace, or of captures, called %j is not read', (name, fault) => {
    const files = new Map([
      ['host/ip-addr.json', json(LO)],
      [`netns/${name}/ip-addr.json`, json(LO)],
      ['netns/web/ip-addr.json', json(LO)],
    ]);
    const host = loadFiles(files, [`captures/${name}/eth0.pcap`, 'captures/web/a:b.pcap', 'captures/web/any.pcap']);
    expect([...host.netns.keys()]).toEqual(['host', 'web']);
    expect(host.captures.map((c) => c.file)).toEqual(['captures/web/any.pcap']);
    const message = `a network namespace cannot be called this: the name ${fault}; what bears it is not read`;
    const told = host.problems.map((p) => [p.origin.file, p.message]);
    for (const path of [`netns/${name}/ip-addr.json`, `captures/${name}/eth0.pcap`]) expect(told).toContainEqual([path, message]);
    expect(told).toContainEqual(['captures/web/a:b.pcap', device('holds a :')]);
  });

  it('a member of an archive that climbs, or bears such a name, is told and not read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'names-'));
    try {
      const path = join(folder, 'host.tar');
      const entries = ['host', 'netns/web', 'netns/..', '../netns/x', `netns/${LONG}`].map(
        (place) => [`${place}/ip-addr.json`, json(LO)] as const,
      );
      writeFileSync(path, await tar(entries));
      const host = await loadSnapshot(path);
      expect([...host.netns.keys()]).toEqual(['host', 'web']);
      expect(host.problems.map((p) => p.message)).toEqual([
        'a path that leads out of the snapshot: it is not read',
        'a path that leads out of the snapshot: it is not read',
        'a network namespace cannot be called this: the name is longer than 255 bytes; what bears it is not read',
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
