import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { linesOf, type Line } from '../hostile/table/lines.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const DRIVER = fileURLToPath(new URL('../hostile/table/driver.mjs', import.meta.url));
const PLANTED = 'who knows what this line is?\n';

const amid = (text: string): string => {
  const lines = text.split(/(?<=\n)/);
  return lines.toSpliced(Math.floor(lines.length / 2), 0, PLANTED).join('');
};
const oneMore = (text: string): string => JSON.stringify([...(JSON.parse(text) as readonly unknown[]), { nonsense: true }]);
const JSONS = ['ip-addr', 'ip-route', 'ip6-route', 'ip-rule', 'ip6-rule', 'ip-neigh', 'bridge-link', 'bridge-fdb', 'bridge-vlan'];

/** Something that nobody understands, in a listing of each kind. */
const PLANTS: Readonly<Record<string, (text: string) => string>> = {
  'host/iptables-save.txt': amid,
  'host/ss.txt': amid,
  'host/sysctl.txt': amid,
  'host/ip6tables-save.txt': () => `*filter\n:INPUT ACCEPT [0:0]\n${PLANTED}COMMIT\n`,
  'host/ipset-save.txt': () => `create a hash:ip family inet\n${PLANTED}`,
  'host/nft-ruleset.txt': () => `table ip mine {\n\tchain c {\n\t\t${PLANTED}\t}\n}\n`,
  ...Object.fromEntries(JSONS.map((name) => [`host/${name}.json`, oneMore])),
  'docker/containers.json': oneMore,
  'docker/networks.json': oneMore,
};

const folder = mkdtempSync(join(tmpdir(), 'dtrace-path-unread-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

function plantedHost(): string {
  const host = join(folder, 'planted');
  cpSync(join(FIXTURES, 'hosts/docker28-bridge'), host, { recursive: true });
  for (const [file, plant] of Object.entries(PLANTS)) {
    const path = join(host, file);
    const before = /ipset|nft/.test(file) ? '' : readFileSync(path, 'utf8');
    writeFileSync(path, plant(before));
  }
  return host;
}

/** Every command that states something of a host, in every format. */
async function lines(): Promise<readonly Line[]> {
  const given = {
    snapshot: plantedHost(),
    policy: written('policy.yaml', 'version: 1\nassertions:\n  - name: none\n    deny: { from: outside, to: host }\n'),
    rules: folder,
    config: written('config.yaml', 'audit: { suppress: [] }\n'),
    flows: written('flows.ndjson', '{"id":"1","from":"host","to":"198.51.100.1","proto":"tcp","dport":80}\n'),
    pcap: join(FIXTURES, 'captures/docker20/flows/web-out-ping/host.pcap'),
    compose: written('compose.yaml', 'services:\n  web:\n    image: nginx\n'),
    out: folder,
  };
  const all = await linesOf(given, { name: 'unread', make: () => ({}) });
  return all.filter(({ format, argv }) => format !== '' && !argv.includes('--what-if') && !argv.includes('--rules'));
}

test('what was not understood of a listing stands in every command and every format, by its file', { timeout: 300_000 }, async () => {
  const asked = await lines();
  const { stdout } = spawnSync(process.execPath, [DRIVER], {
    input: JSON.stringify(asked.map(({ argv }) => argv)),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const told = stdout.trim().split('\n').slice(0, asked.length);
  expect(told).toHaveLength(asked.length);
  expect(new Set(asked.map(({ command }) => command))).toEqual(
    new Set(['trace', 'audit', 'check', 'diff', 'matrix', 'inspect', 'flows', 'explain', 'topology']),
  );
  const silent = asked.flatMap(({ argv }, i) => {
    const { stdout: printed } = JSON.parse(told[i]!) as { readonly stdout: string };
    const untold = Object.keys(PLANTS).filter((file) => !printed.includes(file));
    return untold.length === 0 ? [] : [`${argv.join(' ')}: ${untold.join(', ')}`];
  });
  expect(silent).toEqual([]);
});
