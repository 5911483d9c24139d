import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planInput } from '../../src/commands/verify.js';
import { verify } from '../../src/kernel/verify.js';
import { hosts } from '../fuzz/corpus.js';
import { badWriting, loopbackClaim, machineOf, poisoned, poisons, sitesOf, type Files } from '../hostile/poison.js';
import { whyNoTwin } from './machine.js';
import { AGENT } from './trial.js';

/** Strings of one snapshot that are poisoned at once: too many, and little of it is read. */
const AT_ONCE = 80;
const ROUNDS = Number(process.env['KERNEL_POISONS'] ?? 1);
const SEED = Number(process.env['KERNEL_SEED'] ?? Date.now() % 1e6);
const only = process.env['KERNEL_HOSTS']?.split(',');
const HOSTS = hosts().filter(([name]) => only === undefined || only.includes(name));

const why = await whyNoTwin();
process.stdout.write(why === undefined ? `poison: KERNEL_SEED=${SEED}\n` : `nothing poisoned is rebuilt: ${why}\n`);

/** @returns all of `items`, in as many lists as it takes, neighbours far apart. */
function dealt<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const many = Math.max(1, Math.ceil(items.length / size));
  return Array.from({ length: many }, (_, i) => items.filter((_, at) => at % many === i));
}

describe('every string of a recorded host in turn', () => {
  it.each(HOSTS)('%s: verify writes commands of ours with whole words', { timeout: 1_200_000 }, (_, files: Files) => {
    const all = poisons('/tmp/dtrace-path-canary');
    const lists = Array.from({ length: ROUNDS }, () => dealt(sitesOf(files), AT_ONCE)).flat();
    const bad = lists.flatMap((sites, i) => {
      const poison = all[(SEED + i) % all.length] ?? '';
      const machine = machineOf(poisoned(files, sites, poison));
      return machine === undefined ? [] : badWriting(machine).map((line) => ({ poison, line }));
    });
    expect(bad).toEqual([]);
  });
});

const LO =
  '{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"mtu":65536,"link_type":"loopback","addr_info":[{"family":"inet","local":"127.0.0.1","prefixlen":8,"scope":"host"}]}';
const bare = (path: string, text: string): Files =>
  new Map([
    ['host/ip-addr.json', `[${LO}]`],
    [path, text],
  ]);
const device = (fields: object): Files =>
  bare(
    'host/ip-addr.json',
    `[${LO},${JSON.stringify({ ifindex: 7, ifname: 'zz0', flags: ['UP', 'LOWER_UP'], mtu: 1500, link_type: 'ether', addr_info: [], ...fields })}]`,
  );
const rules = (rule: string): Files => bare('host/iptables-save.txt', `*filter\n:INPUT ACCEPT [0:0]\n${rule}\nCOMMIT\n`);

/** One way for each program that reads what is written. */
function attacks(canary: string, program: string): Readonly<Record<string, Files>> {
  const injected = `zz0\nnetns exec n1 touch ${canary}\nlink show zz`;
  const dotted = canary.replaceAll('/', '.');
  return {
    'a line feed in ifname': device({ ifname: injected, linkinfo: { info_kind: 'dummy' } }),
    'a line feed in master': device({ master: injected }),
    'a line feed in link': device({ link: injected, linkinfo: { info_kind: 'vlan', info_data: { id: 5 } } }),
    'a line feed in a mode': device({
      link: 'lo',
      linkinfo: { info_kind: 'macvlan', info_data: { mode: `bridge\nnetns exec n1 touch ${canary}` } },
    }),
    'a line feed in a flag': device({
      link: 'lo',
      linkinfo: { info_kind: 'ipvlan', info_data: { mode: 'l2', mode_flag: `bridge\nnetns exec n1 touch ${canary}` } },
    }),
    'a line feed in a scope': bare(
      'host/ip-route.json',
      JSON.stringify([{ dst: '10.0.0.0/8', dev: 'lo', scope: `link\nnetns exec n1 touch ${canary}` }]),
    ),
    'a line feed in dev': bare('host/ip-route.json', JSON.stringify([{ dst: '10.0.0.0/8', dev: injected }])),
    'a line feed in iif': bare('host/ip-rule.json', JSON.stringify([{ priority: 9, src: 'all', iif: injected, table: 'main' }])),
    'a line feed in a group': bare(
      'host/ip-rule.json',
      JSON.stringify([{ priority: 9, src: 'all', suppress_ifgroup: injected, table: 'main' }]),
    ),
    'a line feed in a neighbour': bare(
      'host/ip-neigh.json',
      JSON.stringify([{ dst: '10.0.0.1', dev: injected, lladdr: '02:00:00:00:00:01', state: ['PERMANENT'] }]),
    ),
    'a line feed in a port': bare('host/bridge-link.json', JSON.stringify([{ ifname: injected, master: 'br0', state: 'forwarding' }])),
    'a line feed in an fdb entry': bare(
      'host/bridge-fdb.json',
      JSON.stringify([{ mac: '02:00:00:00:00:01', ifname: injected, master: 'br0', state: '' }]),
    ),
    'a parameter that climbs': bare('host/sysctl.txt', `net.ipv4.//.//.//.//${dotted} = OVERWRITTEN\n`),
    'a parameter that climbs from a device': bare('host/sysctl.txt', `net.ipv4.conf.lo.//.//.//.//.//.//${dotted} = OVERWRITTEN\n`),
    'a parameter of the whole machine': bare('host/sysctl.txt', `net.ipv4.//.//kernel.hostname = owned\nkernel.hostname = owned\n`),
    'a program to load modules': rules(`-A INPUT --modprobe=${program} -m nothing -j ACCEPT`),
    'a program to load modules, in short': rules(`-A INPUT -M ${program} -m nothing -j ACCEPT`),
    'a program in the place of a value': rules(`-A INPUT -m limit --limit --modprobe=${program} -m nothing -j ACCEPT`),
    'a match in another folder': rules(`-A INPUT -m ../../../..${program} -j ACCEPT`),
    'a chain that is an option': bare(
      'host/iptables-save.txt',
      `*filter\n:INPUT ACCEPT [0:0]\n:--modprobe=${program} - [0:0]\n-A INPUT -j --modprobe=${program}\nCOMMIT\n`,
    ),
    'a file of ipset': bare('host/ipset-save.txt', `create a hash:ip -file ${canary}\nadd a 10.0.0.1 -file ${canary}\nadd a -file\n`),
    'a quoted blank of ipset': bare(
      'host/ipset-save.txt',
      `create a hash:ip "family inet -file ${canary}"\nadd a "10.0.0.1 -file ${canary}"\n`,
    ),
  };
}

describe.skipIf(why !== undefined)('verify, for real', () => {
  let folder = '';
  const path = (name: string): string => join(folder, name);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dtrace-path-poison-'));
    writeFileSync(path('program'), `#!/bin/sh\ntouch ${path('canary')}\n`, { mode: 0o755 });
    writeFileSync(path('victim'), 'as it was');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const rebuilt = async (files: Files): Promise<void> => {
    const machine = machineOf(files);
    if (machine === undefined) return;
    const { kernel, untried } = await verify(machine.host, planInput(machine), [loopbackClaim(machine)], { agent: AGENT });
    // the twin was there
    expect([kernel, untried]).toEqual([expect.stringMatching(/^Linux /), []]);
  };
  const harm = (): readonly unknown[] => [
    existsSync(path('canary')),
    readFileSync(path('victim'), 'utf8'),
    readFileSync('/proc/sys/kernel/hostname', 'utf8').trim() === 'owned',
  ];
  const NONE = [false, 'as it was', false];

  it.each(Object.keys(attacks('', '')))('%s does nothing', async (name) => {
    for (const target of ['canary', 'victim']) await rebuilt(attacks(path(target), path('program'))[name] ?? new Map<string, string>());
    expect(harm()).toEqual(NONE);
  });

  it.each(poisons('').map((_, i) => i))('poison %i, in a tenth of all strings of a host, does nothing', async (i) => {
    const [, files = new Map<string, string>()] = HOSTS[(SEED + i) % HOSTS.length] ?? [];
    const sites = dealt(sitesOf(files), Math.ceil(sitesOf(files).length / 10));
    await rebuilt(poisoned(files, sites[(SEED + i) % sites.length] ?? [], poisons(path(i % 2 === 0 ? 'canary' : 'victim'))[i] ?? ''));
    expect(harm()).toEqual(NONE);
  });
});
