import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/model/host.js';
import { loadFiles } from '../../src/snapshot/assemble.js';
import { takeIn } from '../../src/snapshot/intake/index.js';

const COMMANDS: Readonly<Record<string, string>> = {
  'iptables-save.txt': 'iptables-save -c',
  'ip6tables-save.txt': 'ip6tables-save -c',
  'iptables-legacy-save.txt': 'iptables-legacy-save',
  'nft-ruleset.json': 'nft -j list ruleset',
  'nft-ruleset.txt': 'nft -a list ruleset',
  'ipset-save.txt': 'ipset save',
  'ip-addr.json': 'ip -j -d addr show',
  'ip-route.json': 'ip -j -d route show table all',
  'ip6-route.json': 'ip -6 -j -d route show table all',
  'ip-rule.json': 'ip -j rule show',
  'ip6-rule.json': 'ip -6 -j rule show',
  'ip-neigh.json': 'ip -j neigh show',
  'bridge-link.json': 'bridge -j -d link show',
  'bridge-fdb.json': 'bridge -j fdb show',
  'bridge-vlan.json': 'bridge -j vlan show',
  'ss.txt': 'ss -H -tulpn',
  'sysctl.txt': 'sysctl -a',
  'containers.json': 'docker inspect $(docker ps -aq)',
  'networks.json': 'docker network inspect $(docker network ls -q)',
};

const PROMPTS: readonly ((command: string) => string)[] = [
  (command) => `ops@lab:~$ sudo ${command}`,
  (command) => `[root@lab ~]# ${command}`,
  (command) => `└─$ ${command}`,
  (command) => `# ${command}`,
  (command) => `\u001b[01;32mops@lab\u001b[00m:\u001b[01;34m/srv/app\u001b[00m$ ${command}\r`,
];
const NOISE = ['', 'Then I tried the next one, as you said:', 'Any help is welcome!', '\n   \n', 'Thanks a lot for looking at this.'];

/** A small generator of numbers, so that a failure can be had again. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function filesUnder(dir: string, inner = ''): string[] {
  return readdirSync(join(dir, inner)).flatMap((name) => {
    const path = inner === '' ? name : `${inner}/${name}`;
    return statSync(join(dir, path)).isDirectory() ? filesUnder(dir, path) : [path];
  });
}

/** The listings of a recorded host by path, each with the command that printed it. */
function listings(dir: string): { readonly path: string; readonly text: string; readonly command: string }[] {
  return filesUnder(dir).flatMap((path) => {
    const [, , container] = /^(netns)\/([^/]+)\//.exec(path) ?? [];
    const command = /^(?:host|docker|netns)\//.test(path) ? COMMANDS[path.slice(path.lastIndexOf('/') + 1)] : undefined;
    if (command === undefined) return [];
    return [
      {
        path,
        text: readFileSync(join(dir, path), 'utf8'),
        command: container === undefined ? command : `docker exec ${container} ${command}`,
      },
    ];
  });
}

const LEFT_OUT: ReadonlySet<string> = new Set([
  'origin',
  'file',
  'files',
  'parts',
  'problems',
  'line',
  'lines',
  'table',
  'reading',
  'latest',
  'isChain',
  'meta',
]);

/** A host without the places where things were read. */
function essence(value: unknown): unknown {
  if (value instanceof Map)
    return [...value].map(([key, item]) => [key, essence(item)] as const).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(essence);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => !LEFT_OUT.has(name) || (name === 'table' && typeof value === 'number'));
  return Object.fromEntries(entries.map(([name, item]) => [name, essence(item)]));
}

function unread(host: Host): readonly string[] {
  return host.problems.filter(({ kind }) => kind === undefined).map(({ message }) => message);
}

describe.each(['docker28-policy', 'docker20-bridge', 'fw26', 'swarm20', 'ipset20', 'v6nat20', 'macvlan20', 'nat20'])('%s', (name) => {
  const files = listings(`fixtures/hosts/${name}`);
  const folder = loadFiles(new Map(files.map(({ path, text }) => [path, text])));

  it.each([1, 2, 3])('as one paste gives the same model (%i)', (seed) => {
    const next = numbers(seed * 7919);
    const shuffled = [...files].map((file) => ({ file, at: next(1e9) })).sort((a, b) => a.at - b.at);
    const paste = shuffled
      .map(({ file: { command, text } }) => {
        const prompt = PROMPTS[next(PROMPTS.length)]!(command);
        const noise = NOISE[next(NOISE.length)]!;
        return `${prompt}\n${text}${text.endsWith('\n') || text === '' ? '' : '\n'}${noise === '' ? '' : `\n${noise}\n\n`}`;
      })
      .join('');
    const quoted =
      seed === 3
        ? paste
            .split('\n')
            .map((line) => `> ${line}`)
            .join('\n')
        : paste;
    const taken = takeIn([{ path: 'paste.txt', text: `${quoted}\n` }], 'paste.txt');
    const host = loadFiles(taken.files);
    expect([taken.problems, unread(host)]).toEqual([[], unread(folder)]);
    expect(essence(host.netns)).toEqual(essence(folder.netns));
    expect(essence([host.containers, host.networks])).toEqual(essence([folder.containers, folder.networks]));
  });
});
