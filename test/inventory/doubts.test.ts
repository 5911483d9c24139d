import { describe, expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { withHostGrounds } from '../../src/datapath/trace/grounds.js';
import { evidenceOf, type EvidenceKind } from '../../src/inventory/index.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { folderFiles } from '../reachability/hosts.js';

const D28 = 'docker28-bridge';
const NFT = '../nft-hosts/nft-hostfw';

type Change = (text: string) => string;
const blank: Change = () => '';
const without =
  (table: string): Change =>
  (text) =>
    text.replace(new RegExp(`^\\*${table}\\n[^]*?^COMMIT\\n`, 'm'), '');
const lessOf =
  (port: number): Change =>
  (text) =>
    text
      .split('\n')
      .filter((line) => !line.includes(`:${port} `))
      .join('\n');
const failed =
  (file: string, why: string): Change =>
  (text) =>
    JSON.stringify({ ...(JSON.parse(text) as object), lacking: [{ file, command: 'some command', why }] });

const inspected =
  (edit: (container: { readonly Name: string }) => readonly object[]): Change =>
  (text) =>
    JSON.stringify((JSON.parse(text) as { readonly Name: string }[]).flatMap(edit));
const withoutContainer = (name: string): Change => inspected((one) => (one.Name === `/${name}` ? [] : [one]));
const asPodman: Change = inspected((one) => [{ ...one, OCIConfigPath: '/run/containers/config.json' }]);

/** A listing that seems whole, what others tell of it, and what is then said to be lacking. */
const DOUBTS: readonly (readonly [string, string, Readonly<Record<string, Change>>, EvidenceKind, string, RegExp | undefined])[] = [
  ['as recorded', D28, {}, 'iptables', 'host', undefined],
  ['blank rules where Docker has networks', D28, { 'host/iptables-save.txt': blank }, 'iptables', 'host', /doubtful.*Docker has networks/],
  [
    'blank rules where the resolver has some',
    D28,
    { 'netns/db/iptables-save.txt': blank },
    'iptables',
    'db',
    /doubtful.*resolver has its rules/,
  ],
  ['blank sockets on a host of Docker', D28, { 'host/ss.txt': blank }, 'sockets', 'host', /doubtful.*dockerd and its proxies/],
  ['blank sockets beside the resolver', D28, { 'netns/db/ss.txt': blank }, 'sockets', 'db', /doubtful.*resolver listens/],
  [
    "blank sockets of podman's container, whose resolver listens outside of it",
    D28,
    { 'netns/db/ss.txt': blank, 'docker/containers.json': asPodman },
    'sockets',
    'db',
    undefined,
  ],
  [
    'a container that only a network shows',
    D28,
    { 'docker/containers.json': withoutContainer('db') },
    'containers',
    'host',
    /doubtful.*does not show db on network \w+, which docker\/networks.json tells of/,
  ],
  [
    'blank sockets of a published port',
    D28,
    { 'netns/web/ss.txt': blank },
    'sockets',
    'web',
    /doubtful.*ports that the container has open/,
  ],
  [
    'one published port without its socket',
    D28,
    { 'host/ss.txt': lessOf(8080) },
    'sockets',
    'host',
    /part.*socket of published port 8080\/tcp/,
  ],
  [
    'blank IPv6 rules beside chains of both families',
    'docker28-dual',
    { 'host/ip6tables-save.txt': blank },
    'ip6tables',
    'host',
    /doubtful.*both families/,
  ],
  [
    'blank rules that nft lists',
    NFT,
    { 'host/iptables-save.txt': blank },
    'iptables',
    'host',
    /doubtful.*nft lists rules of iptables in table ip /,
  ],
  [
    'a table that nft lists and iptables does not',
    NFT,
    { 'host/iptables-save.txt': without('nat') },
    'iptables',
    'host',
    /part.*does not show the tables nat, of which nft/,
  ],
  [
    'blank IPv6 rules beside those of ufw',
    'ufw20',
    { 'host/ip6tables-save.txt': blank },
    'ip6tables',
    'host',
    /doubtful.*ufw writes rules of both/,
  ],
  [
    'blank rules beside those of ufw',
    'ufw20',
    { 'host/iptables-save.txt': blank },
    'iptables',
    'host',
    /doubtful.*ufw writes rules of both/,
  ],
  ['what the collector could not have', D28, { 'meta.json': failed('host/ss.txt', 'not found') }, 'sockets', 'host', undefined],
];

describe('a listing that seems whole is believed unless others contradict it', () => {
  test.each(DOUBTS)('%s', (_what, name, changes, kind, netns, expected) => {
    const files = new Map(folderFiles(name));
    for (const [file, change] of Object.entries(changes)) files.set(file, change(files.get(file) ?? ''));
    const lack = evidenceOf(loadFiles(files)).lack(kind, netns);
    if (expected === undefined) expect(lack).toBeUndefined();
    else expect(`${lack?.state ?? ''}: ${lack?.why ?? ''}`).toMatch(expected);
  });

  test('why the collector could not have a listing is said where it is missing', () => {
    const files = new Map(folderFiles(D28));
    files.delete('host/ss.txt');
    files.set('meta.json', failed('host/ss.txt', 'not found')(files.get('meta.json') ?? '{}'));
    expect(evidenceOf(loadFiles(files)).lack('sockets')).toMatchObject({ state: 'missing', why: 'some command: not found' });
  });
});

/** Files that are blank, what is asked, and what of them the answer takes for granted. */
const TAKEN: readonly (readonly [string, readonly string[], string, string, string | undefined])[] = [
  [
    'v6nat20',
    ['host/ip6tables-save.txt'],
    '2001:db8:1::77',
    '[2001:db8:1::10]:8080',
    'host/ip6tables-save.txt, netns/web/ip6tables-save.txt are blank',
  ],
  ['ctrnat26', ['netns/strict/iptables-save.txt'], 'host', 'strict:81', 'netns/strict/iptables-save.txt is blank'],
  [D28, ['netns/web/iptables-save.txt'], 'host', 'web:80', 'netns/web/iptables-save.txt is blank'],
  ['../nft-hosts/nft-docker29', ['host/iptables-save.txt'], 'host', '203.0.113.8:80', undefined],
];

describe('a blank listing of rules that nothing bears out is taken at its word, and that is said', () => {
  test.each(TAKEN)('%s without %j', (name, blanked, from, to, says) => {
    const files = new Map(folderFiles(name));
    for (const file of blanked) files.set(file, '');
    const host = loadFiles(files);
    const trace = traceFlow(createMachine(host), { from, to, proto: 'tcp' });
    const told = trace.assumptions.map(({ detail }) => detail).filter((detail) => detail.includes('blank'));
    expect(told.join('\n')).toContain(says ?? '');
    expect(told.length).toBe(says === undefined ? 0 : 1);
    const ofHost = (withHostGrounds(host).assumed ?? []).map(({ detail }) => detail).join('\n');
    expect(ofHost).toContain('of other namespaces are blank');
  });
});
