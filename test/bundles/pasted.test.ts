import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/model/host.js';
import { loadFiles } from '../../src/snapshot/assemble.js';
import { cleanLines } from '../../src/snapshot/intake/clean.js';
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

type Dress = (text: string) => string;
const eachLine =
  (change: (line: string, index: number) => string): Dress =>
  (text) =>
    text.split('\n').map(change).join('\n');
const wrappedAt =
  (width: number): Dress =>
  (text) =>
    text.replace(new RegExp(`[^\\n]{${width}}(?=[^\\n])`, 'g'), '$&\n');

/** What lies between a terminal and whoever reads its text. */
const DRESSES: Readonly<Record<string, Dress>> = {
  'quoted twice': eachLine((line) => `>> ${line}`),
  indented: eachLine((line) => `    ${line}`),
  'no-break spaces': (text) => text.replaceAll(' ', '\u00a0'),
  'carriage returns': (text) => text.replaceAll('\n', '\r\n'),
  'wrapped at 80 columns': wrappedAt(80),
  'wrapped at 132 columns': wrappedAt(132),
  'blanks at the ends': eachLine((line) => `${line}  `),
  'every other line empty': (text) => text.replaceAll('\n', '\n\n'),
  colours: eachLine((line) => `\u001b[0m${line}\u001b[K`),
  'numbers of lines': eachLine((line, i) => `${String(i + 1).padStart(6)}  ${line}`),
  "a page's source": (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  "a word processor's signs": (text) => text.replaceAll('--', '–').replace(/"([^"\n]*)"/g, '“$1”'),
  "a container's log": eachLine((line) => `debug-1  | ${line}`),
  'moments of a log': eachLine((line) => `2026-11-29T06:29:41.123456Z ${line}`),
};

/** What stands above a listing: prompts of shells that look otherwise, and headings. */
const ABOVE: Readonly<Record<string, (command: string) => string>> = {
  'oh-my-zsh': (command) => `➜  app git:(main) ✗ ${command}`,
  starship: (command) => `app on  main via 🐳 v28.1\n❯ ${command}`,
  fish: (command) => `root@lab /e/docker# ${command}`,
  watch: (command) => `Every 2.0s: ${command}          lab: Sun Nov 29 06:29:41 2026\n`,
  folds: (command) => `<details>\n<summary>${command}</summary>\n`,
  'hashes at both ends': (command) => `#### ${command} ####`,
  'a number': (command) => `1. ${command}\n`,
  'a sentence': (command) => `Here is the output of ${command}:\n`,
};

describe.each(['docker28-policy', 'ufw20'])('%s, dressed', (name) => {
  const files = listings(`fixtures/hosts/${name}`);
  const folder = loadFiles(new Map(files.map(({ path, text }) => [path, text])));
  const paste = (above: (command: string) => string): string =>
    files.map(({ command, text }) => `${above(command)}\n${text}${text.endsWith('\n') || text === '' ? '' : '\n'}`).join('');
  const expectSame = (text: string): void => {
    const host = loadFiles(takeIn([{ path: 'paste.txt', text: `${text}\n` }], 'paste.txt').files);
    expect(unread(host)).toEqual(unread(folder));
    expect(essence(host.netns)).toEqual(essence(folder.netns));
    expect(essence([host.containers, host.networks])).toEqual(essence([folder.containers, folder.networks]));
  };
  it.each(Object.entries(DRESSES))('in %s', (_, dress) => expectSame(dress(paste((command) => `ops@lab:~$ sudo ${command}`))));
  it.each(Object.entries(ABOVE))('under %s', (_, above) => expectSame(paste(above)));
  it('under the paths of a snapshot', () =>
    expectSame(files.map(({ path, text }) => `==> old/${path} <==\n${text}${text.endsWith('\n') ? '' : '\n'}`).join('')));
});

it('the text of docker version tells the version of the Engine, which is not the client’s', () => {
  const told =
    'Client: Docker Engine - Community\n Version:           28.1.0\n\nServer: Docker Engine - Community\n Engine:\n  Version:          26.1.4\n';
  const text = `$ docker version\n${told}$ ip route\ndefault via 192.0.2.1 dev eth0\n`;
  expect(loadFiles(takeIn([{ path: 'p', text }], 'p').files).meta.docker).toBe('26.1.4');
});

// columns of tables end where the widest line does: nothing was wrapped
it('rows of a table are not put together', () => {
  const row = (to: string): string => `ACCEPT     all  --  0.0.0.0/0            ${to.padEnd(20)} /* so wide that all are alike */`;
  const rows = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'].map(row).join('\n');
  const text = `$ iptables -L FORWARD -n\nChain FORWARD (policy DROP)\ntarget     prot opt source               destination\n${rows}\n`;
  const chains = loadFiles(takeIn([{ path: 'p', text }], 'p').files)
    .netns.get('host')
    ?.rulesets[0]?.tables.get('filter')?.chains;
  expect(chains?.get('FORWARD')?.rules.length).toBe(4);
});

it.each([
  [
    'ip -o link',
    ['lo: <LOOPBACK,UP,LOWER_UP> mtu 65536', 'eth0: <BROADCAST,UP,LOWER_UP> mtu 1500', 'docker0: <UP> mtu 1500', 'br-1: <UP> mtu 1500'],
  ],
  [
    'ip -o addr',
    [
      'lo    inet 127.0.0.1/8 scope host lo',
      'eth0    inet 192.0.2.10/24 scope global eth0',
      'docker0    inet 172.17.0.1/16 scope global docker0',
      'br-1    inet 172.18.0.1/16 scope global br-1',
    ],
  ],
])('the numbers that %s counts up are no line numbers', (_, interfaces) => {
  const lines = interfaces.map((one, i) => `${i + 1}: ${one}`);
  const numbered = lines.map((line, i) => `     ${i + 1}\t${line}`);
  expect([lines, numbered].map((all) => cleanLines(all.join('\n')).map(({ text }) => text))).toEqual([lines, lines]);
});
