import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nativeBaseChains } from '../../src/netfilter/nftables/base-chains.js';
import { loadFiles, loadSnapshot } from '../../src/snapshot/load.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'snapshot-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const LO =
  '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n';
const RULES = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j DROP\nCOMMIT\n';

function write(path: string, content: string | Buffer): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
  return full;
}

type Entry = Parameters<ReturnType<typeof pack>['entry']>[0] & { readonly content?: string };

async function tar(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const { content, ...header } of entries) archive.entry(header, content ?? '');
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const GOOD: readonly Entry[] = [
  { name: 'h1/', type: 'directory' },
  { name: 'h1/host/ip-addr.txt', content: LO },
  { name: 'h1/host/iptables-save.txt', content: RULES },
  { name: 'h1/captures/host/any.pcap', content: 'not text' },
];

describe('forms of a snapshot', () => {
  const expected = {
    interfaces: ['lo'],
    sources: [
      ['addr', 'host/ip-addr.txt'],
      ['iptables', 'host/iptables-save.txt'],
    ],
    captures: [{ netns: 'host', iface: 'any', file: 'captures/host/any.pcap' }],
    problems: [],
  };
  const shown = async (path: string) => {
    const host = await loadSnapshot(path);
    const ns = host.netns.get('host');
    return {
      interfaces: ns?.interfaces.map((i) => i.name),
      sources: [...(ns?.sources ?? [])].map(([kind, listing]) => [kind, listing.file]),
      captures: host.captures,
      problems: host.problems,
    };
  };

  test('a folder, and a folder in a folder', async () => {
    for (const { name, content, type } of GOOD) if (type !== 'directory') write(name, content ?? '');
    expect(await shown(join(folder, 'h1'))).toEqual(expected);
    expect(await shown(folder)).toEqual(expected);
  });

  test.each([
    ['.tar', (b: Buffer) => b],
    ['.tar.gz', gzipSync],
    ['a tar by another name', (b: Buffer) => b],
  ])('%s', async (extension, wrap) => {
    expect(await shown(write(`x${extension}`, wrap(await tar(GOOD))))).toEqual(expected);
  });

  test('./ before every name', async () => {
    const entries = GOOD.map((entry) => ({ ...entry, name: `./${entry.name.slice('h1/'.length)}` }));
    expect(await shown(write('x.tar', await tar(entries)))).toEqual(expected);
  });
});

describe('hostile archives', () => {
  const HOSTILE: readonly (readonly [entry: Entry, message: string])[] = [
    [{ name: '../../etc/cron.d/x', content: 'x' }, 'a path that leads out of the snapshot: it is not read'],
    [{ name: 'host/../../x', content: 'x' }, 'a path that leads out of the snapshot: it is not read'],
    [{ name: '/etc/passwd', content: 'x' }, 'a path that leads out of the snapshot: it is not read'],
    [{ name: 'host\\..\\x', content: 'x' }, 'a path that leads out of the snapshot: it is not read'],
    [{ name: 'host/ip-route.txt', type: 'symlink', linkname: '/etc/passwd' }, 'a symlink in the archive: only plain files are read'],
    [{ name: 'host/ip-route.txt', type: 'link', linkname: 'host/ip-addr.txt' }, 'a link in the archive: only plain files are read'],
    [{ name: 'host/ip-route.txt', type: 'character-device' }, 'a character-device in the archive: only plain files are read'],
    [{ name: 'host/ip-route.txt', type: 'fifo' }, 'a fifo in the archive: only plain files are read'],
    [{ name: 'host/ip-addr.txt', content: LO }, 'the archive holds this file twice: the later one is read'],
  ];
  test.each(HOSTILE)('%o', async (entry, message) => {
    const path = write('x.tar', await tar([{ name: 'host/ip-addr.txt', content: LO }, entry]));
    const host = await loadSnapshot(path);
    expect(host.problems).toEqual([{ origin: { file: entry.name, line: 0 }, text: entry.name, message }]);
    expect(host.netns.get('host')?.interfaces.map((i) => i.name)).toEqual(['lo']);
  });

  test('cut, damaged and foreign files are refused with a reason', async () => {
    const whole = await tar(GOOD);
    const cut = write('cut.tar', whole.subarray(0, 700));
    await expect(loadSnapshot(cut)).rejects.toThrow(`${cut}: the archive cannot be read: `);
    const damaged = write('damaged.tgz', gzipSync(whole).subarray(0, 60));
    await expect(loadSnapshot(damaged)).rejects.toThrow(`${damaged}: the archive cannot be read: `);
    const text = write('rules.txt', 'nothing of the kind\n');
    await expect(loadSnapshot(text)).rejects.toThrow(`${text}: holds no listing that is known. Give what commands`);
    await expect(loadSnapshot(join(folder, 'none'))).rejects.toThrow(
      `${join(folder, 'none')}: there is no such file or folder. Check the path`,
    );
    const empty = write('empty.tar', await tar([]));
    await expect(loadSnapshot(empty)).rejects.toThrow(empty);
    mkdirSync(join(folder, 'nothing'));
    await expect(loadSnapshot(join(folder, 'nothing'))).rejects.toThrow('holds no files');
    write('other/readme.md', 'hello');
    await expect(loadSnapshot(join(folder, 'other'))).rejects.toThrow('holds no listing that is known');
  });

  test('a link in a folder is not followed', async () => {
    write('host/ip-addr.txt', LO);
    symlinkSync('/etc/hostname', join(folder, 'host/ss.txt'));
    const host = await loadSnapshot(folder);
    expect(host.problems).toEqual([
      {
        origin: { file: 'host/ss.txt', line: 0 },
        text: 'host/ss.txt',
        message: 'not a plain file (a link, a device, a pipe): it is not read',
      },
    ]);
  });
});

describe('loose files', () => {
  test('stand alone, and are cited by their own path', async () => {
    const rules = write('my-rules', RULES);
    const host = await loadSnapshot(undefined, new Map([['iptables-save', rules]]));
    expect([...host.netns.keys()]).toEqual(['host']);
    expect(host.netns.get('host')?.rulesets[0]?.tables.get('filter')?.chains.get('INPUT')?.rules[0]?.origin).toEqual({
      file: rules,
      line: 3,
    });
  });

  test("take the place of the snapshot's own, whatever its form", async () => {
    write('s/host/ip-addr.json', '[{"ifindex":1,"ifname":"old","flags":[]}]');
    write('s/host/ip-route.txt', 'default dev lo\n');
    const addr = write('addr', LO);
    const host = await loadSnapshot(join(folder, 's'), new Map([['ip-addr', addr]]));
    const ns = host.netns.get('host');
    expect([ns?.interfaces.map((i) => i.name), ns?.routes.length, host.problems]).toEqual([['lo'], 1, []]);
  });

  test.each([
    ['brctl show', 'bridge name\tbridge id\tSTP enabled\tinterfaces\nbr0\t8000.024275439b39\tno\tv0\n', { ports: 1, fdb: 0, vlans: 0 }],
    ['bridge link', '4: v0@if3: <UP> mtu 1500 master br0 state forwarding\n', { ports: 1, fdb: 0, vlans: 0 }],
    ['bridge fdb', '02:00:00:00:00:05 dev v0 master br0 static\n', { ports: 0, fdb: 1, vlans: 0 }],
    ['bridge -j fdb', '[{"mac":"02:00:00:00:00:05","ifname":"v0","flags":[],"state":"static"}]', { ports: 0, fdb: 1, vlans: 0 }],
    ['bridge vlan', 'port vlan-id\nv0 1 PVID\n', { ports: 0, fdb: 0, vlans: 1 }],
  ])('--bridge takes %s', async (_, text, counts) => {
    const host = await loadSnapshot(undefined, new Map([['bridge', write('b', text)]]));
    const ns = host.netns.get('host');
    expect([{ ports: ns?.bridgePorts.length, fdb: ns?.fdb.length, vlans: ns?.vlans.length }, host.problems]).toEqual([counts, []]);
  });

  test("people's listings stand alone, each by its own option", async () => {
    const host = await loadSnapshot(
      undefined,
      new Map([
        [
          'iptables-list',
          write('l', 'Chain INPUT (policy DROP 0 packets, 0 bytes)\n pkts bytes target prot opt in out source destination\n'),
        ],
        [
          'ifconfig',
          write('i', 'eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500\n        inet 192.0.2.1  netmask 255.255.255.0\n'),
        ],
        ['ps', write('p', 'PID TTY TIME CMD\n 1 ? 00:00:01 init\n')],
        ['resolv-conf', write('r', 'nameserver 127.0.0.11\n')],
        ['docker-network-ls', write('n', 'NETWORK ID     NAME      DRIVER    SCOPE\n0123456789ab   bridge    bridge    local\n')],
      ]),
    );
    const ns = host.netns.get('host');
    expect({
      policy: ns?.rulesets[0]?.tables.get('filter')?.chains.get('INPUT')?.policy,
      interfaces: ns?.interfaces.map((i) => i.name),
      processes: ns?.processes?.length,
      resolvers: ns?.resolvers?.length,
      networks: host.networks.map((n) => n.name),
      problems: host.problems,
    }).toEqual({ policy: 'DROP', interfaces: ['lo', 'eth0'], processes: 1, resolvers: 1, networks: ['bridge'], problems: [] });
  });

  test("a listing takes the place of the snapshot's iptables-save", async () => {
    write('t/host/iptables-save.txt', RULES);
    const listing = write('l', 'Chain FORWARD (policy DROP)\ntarget     prot opt source               destination\n');
    const host = await loadSnapshot(join(folder, 't'), new Map([['iptables-list', listing]]));
    expect([host.netns.get('host')?.rulesets.map((r) => r.file), host.problems]).toEqual([[listing], []]);
  });

  test('a file that is not there', async () => {
    await expect(loadSnapshot(undefined, new Map([['ss', join(folder, 'no')]]))).rejects.toThrow('there is no such file or folder');
  });
});

describe('what is broken or missing', () => {
  test('a broken listing is named, and counts as missing', () => {
    const host = loadFiles(
      new Map([
        ['host/ip-addr.json', '[{"ifindex":1,\n'],
        ['host/ip-route.json', '[]'],
        ['host/ip-rule.txt', 'command not found\n'],
      ]),
    );
    expect([...(host.netns.get('host')?.sources ?? [])].map(([kind, listing]) => [kind, listing.file])).toEqual([
      ['route', 'host/ip-route.json'],
    ]);
    expect(host.problems.map((p) => [p.origin, p.message])).toEqual([
      [
        { file: 'host/ip-addr.json', line: 2 },
        'not valid JSON: expected a name, found end of file: the file is not used. Take the listing again; the file may have been cut',
      ],
      [{ file: 'host/ip-rule.txt', line: 1 }, 'not a line of ip rule'],
    ]);
  });

  test('the text of a command is used where its JSON is broken or empty', () => {
    const host = loadFiles(
      new Map([
        ['host/ip-addr.json', ''],
        ['host/ip-addr.txt', LO],
      ]),
    );
    expect(host.netns.get('host')?.sources.get('addr')?.file).toBe('host/ip-addr.txt');
  });

  test('a file by an unknown name is said not to be read', () => {
    const host = loadFiles(
      new Map([
        ['host/iptables.txt', RULES],
        ['host/ip-addr.txt', LO],
        ['truth.json', '{}'],
      ]),
    );
    expect(host.problems).toEqual([
      {
        origin: { file: 'host/iptables.txt', line: 0 },
        text: 'host/iptables.txt',
        message: 'not a file that a snapshot holds here: it is not read',
      },
    ]);
  });

  test('a warning of legacy tables is a problem only where they are not there', () => {
    const warned = `${RULES}# Warning: iptables-legacy tables present, use iptables-legacy-save to see them\n`;
    const alone = loadFiles(new Map([['host/iptables-save.txt', warned]]));
    expect(alone.problems.map((p) => p.origin)).toEqual([{ file: 'host/iptables-save.txt', line: 5 }]);
    const both = loadFiles(
      new Map([
        ['host/iptables-save.txt', warned],
        ['host/iptables-legacy-save.txt', RULES],
      ]),
    );
    expect([both.problems, both.netns.get('host')?.rulesets.map((r) => r.backend)]).toEqual([[], ['unknown', 'legacy']]);
  });
});

describe('namespaces', () => {
  const container = (name: string, networkMode: string, id = name) => ({
    Id: id,
    Name: `/${name}`,
    State: { Running: true, Pid: 5 },
    HostConfig: { NetworkMode: networkMode },
    NetworkSettings: { Networks: {} },
  });
  const docker = JSON.stringify([
    container('app', 'bridge', 'aabbccddeeff00'),
    container('side', 'container:aabbcc'),
    container('third', 'container:side'),
    container('onhost', 'host'),
    container('ring', 'container:ring'),
  ]);

  test('a container lives in its own namespace, another container’s, or the host’s', () => {
    const host = loadFiles(new Map([['docker/containers.json', docker]]));
    expect(host.containers.map((c) => [c.name, c.netns])).toEqual([
      ['app', 'app'],
      ['side', 'app'],
      ['third', 'app'],
      ['onhost', 'host'],
      ['ring', 'ring'],
    ]);
  });

  test('a shared namespace is read once, from its owner’s folder if there is one', () => {
    const files = new Map([
      ['docker/containers.json', docker],
      ['netns/side/ip-addr.txt', LO],
      ['netns/onhost/ip-addr.txt', LO],
    ]);
    expect([...loadFiles(files).netns].map(([name, ns]) => [name, ns.sources.get('addr')?.file])).toEqual([
      ['host', undefined],
      ['app', 'netns/side/ip-addr.txt'],
    ]);
    expect(loadFiles(files.set('netns/app/ip-addr.txt', LO)).netns.get('app')?.sources.get('addr')?.file).toBe('netns/app/ip-addr.txt');
  });
});

test('routes that both listings hold are kept once', () => {
  const v6 = '{"type":"unicast","dst":"fd00::/64","dev":"eth0","metric":256,"flags":[],"pref":"medium"}';
  const v4 = '{"type":"unicast","dst":"10.0.0.0/8","dev":"eth0","flags":[]}';
  const host = loadFiles(
    new Map([
      ['host/ip-route.json', `[${v4},${v6}]`],
      ['host/ip6-route.txt', 'fd00::/64 dev eth0 metric 256 pref medium\nfd01::/64 dev eth0 metric 256 pref medium\n'],
    ]),
  );
  expect(host.netns.get('host')?.routes.map((r) => [r.family, r.text, r.origin.file])).toEqual([
    [4, '10.0.0.0/8 dev eth0', 'host/ip-route.json'],
    [6, 'fd00::/64 dev eth0 metric 256 pref medium', 'host/ip6-route.txt'],
    [6, 'fd01::/64 dev eth0 metric 256 pref medium', 'host/ip6-route.txt'],
  ]);
});

test('base chains that iptables does not show are foreign', () => {
  const chain = (family: string, table: string, name: string) => ({
    chain: { family, table, name, type: 'filter', hook: 'input', prio: 0, policy: 'accept' },
  });
  const nft = JSON.stringify({ nftables: [chain('ip', 'filter', 'INPUT'), chain('inet', 'fw', 'in'), chain('ip', 'filter', 'extra')] });
  const host = loadFiles(
    new Map([
      ['host/iptables-save.txt', RULES],
      ['host/nft-ruleset.json', nft],
    ]),
  );
  expect(nativeBaseChains(host.netns.get('host')!).map((f) => `${f.family} ${f.table} ${f.chain}`)).toEqual([
    'ip filter extra',
    'inet fw in',
  ]);
});
