import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cliWords } from '../hostile/host.js';

/**
 * What an input needs is measured by taking the rest away: the program's heap may grow to what it needs without an input and twenty times the input,
 * and no further. Garbage that V8 would leave lying while there is room does not count, and neither does the speed of the machine.
 */
/** `DTRACE_PATH_MEGABYTES=8` measures inputs of eight. */
const MEGABYTES = Number(process.env['DTRACE_PATH_MEGABYTES'] ?? 1);
const MEGABYTE = MEGABYTES * 2 ** 20;
const OWN_MEGABYTES = 16;
const TIMES = 20;

const rep = (unit: string): string => unit.repeat(Math.floor(MEGABYTE / unit.length));

function counted(unit: (i: number) => string): string {
  const parts: string[] = [];
  for (let i = 0, length = 0; length < MEGABYTE; i++) {
    const part = unit(i);
    parts.push(part);
    length += part.length;
  }
  return parts.join('');
}

const list = (unit: string): string => `[${rep(`${unit},`).slice(0, -1)}]`;
const listOf = (unit: (i: number) => string): string => `[${counted((i) => `${unit(i)},`).slice(0, -1)}]`;
const table = (body: string): string => `*filter\n:INPUT ACCEPT [0:0]\n:A - [0:0]\n${body}COMMIT\n`;
const container = (i: number): string => `{"Id":"${i}","Name":"/c${i}","HostConfig":{"NetworkMode":"container:${i + 1}"}}`;

const INPUTS: readonly (readonly [name: string, file: string, text: () => string])[] = [
  ['chains', 'host/iptables-save.txt', () => table(counted((i) => `:${i} -\n`))],
  ['rules', 'host/iptables-save.txt', () => table(rep('-A A\n'))],
  ['rules in chains not declared', 'host/iptables-save.txt', () => table(counted((i) => `-A ${i}\n`))],
  ['rules not understood', 'host/iptables-save.txt', () => table(rep('-A A x\n'))],
  ['jumps to nowhere', 'host/iptables-save.txt', () => table(rep('-A INPUT -j B\n'))],
  ['no lines', 'host/iptables-save.txt', () => rep('x\n')],
  ['interfaces', 'host/ip-addr.txt', () => counted((i) => `${i}: a${i}: <> \n`)],
  ['addresses', 'host/ip-addr.txt', () => `1: lo: <UP> mtu 1\n${rep(' inet 1.1.1.1/8\n')}`],
  [
    'addresses',
    'host/ip-addr.json',
    () => `[{"ifname":"a","ifindex":1,"addr_info":${list('{"family":"inet","local":"1.1.1.1","prefixlen":8}')}}]`,
  ],
  ['routes', 'host/ip-route.txt', () => rep('1.1.1.1\n')],
  ['routes', 'host/ip-route.json', () => list('{"dst":"1.1.1.1"}')],
  ['next hops', 'host/ip-route.txt', () => `default ${rep('nexthop ')}`],
  ['policy rules', 'host/ip-rule.txt', () => rep('1:nop\n')],
  ['listeners on one port', 'host/ss.txt', () => rep('tcp LISTEN 0 0 *:1 *:*\n')],
  ['neighbours', 'host/ip-neigh.txt', () => rep('::1 dev a\n')],
  ['settings', 'host/sysctl.txt', () => counted((i) => `${i}=1\n`)],
  ['sets', 'host/ipset-save.txt', () => counted((i) => `create ${i} hash:ip\n`)],
  ['lists in a list', 'host/ip-addr.json', () => `[${list('[]')}]`],
  ['numbers in an object', 'host/bridge-link.json', () => `[{"x":${list('1')}}]`],
  ['names in an object', 'host/ip-rule.json', () => `[{${counted((i) => `"${i}":1,`).slice(0, -1)}}]`],
  ['nested lists', 'host/ip-neigh.json', () => list('['.repeat(150) + ']'.repeat(150))],
  ['one text', 'host/bridge-fdb.json', () => `[{"mac":"${rep('x')}"}]`],
  ['rules', 'host/nft-ruleset.json', () => `{"nftables":${listOf((i) => `{"rule":{"chain":"${i}"}}`)}}`],
  ['a ring of containers', 'docker/containers.json', () => listOf(container)],
  ['numbers', 'docker/info.json', () => list('1')],
];

/** What a trace makes tables of. */
const WALKED = /iptables-save|addr\.json|ss\.txt|route\.txt/;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dtrace-path-memory-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the program within these bounds; V8 ends what needs more by SIGABRT. */
function within(...args: readonly string[]): { readonly status: number | null; readonly said: string } {
  const [node = '', ...words] = cliWords(...args, '-s', folder, '-o', join(folder, 'out'), '--quiet');
  const heap = [`--max-old-space-size=${OWN_MEGABYTES + TIMES * MEGABYTES}`, '--max-semi-space-size=1'];
  const { status, stderr } = spawnSync(node, [...heap, ...words], { encoding: 'utf8', input: '' });
  return { status, said: stderr.slice(-500) };
}

describe('a megabyte takes no more than twenty', () => {
  it.each(INPUTS)('of %s in %s', (_, file, text) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text());
    expect(within('inspect')).toEqual({ status: 0, said: '' });
    if (!WALKED.test(file)) return;
    expect([0, 1]).toContain(within('trace', '--from', 'host', '--to', '1.1.1.1', '--port', '80').status);
  });

  it('what needs more is seen', () => {
    mkdirSync(join(folder, 'host'));
    for (let i = 0; i < 8; i++) writeFileSync(join(folder, 'host', `${i}.txt`), rep('x\n').repeat(8));
    expect(within('inspect').status).not.toBe(0);
  });
});
