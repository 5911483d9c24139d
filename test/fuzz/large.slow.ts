import { describe, expect, it } from 'vitest';
import { PolicyError, readPolicy } from '../../src/reachability/policy/read.js';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { inspectHost } from '../../src/snapshot/inspection.js';

const MEGABYTE = 2 ** 20;

/** A megabyte of what no command prints, short lines first: the more of them, the more there is to tell. */
const UNITS = ['x\n', '[],', '{},', '1,', '1: a\n'] as const;
const TEXT_FILES = [
  'ip-addr.txt',
  'ip-route.txt',
  'ip-rule.txt',
  'ip-neigh.txt',
  'bridge-fdb.txt',
  'nft-ruleset.txt',
  'ss.txt',
  'netstat.txt',
];
const JSON_FILES = ['ip-addr.json', 'ip-route.json', 'ip-neigh.json', 'bridge-link.json', 'bridge-vlan.json'];
const FILES: readonly (readonly [file: string, unit: string])[] = [
  ...[...TEXT_FILES, 'sysctl.txt', 'ipset-save.txt', 'iptables-save.txt', 'ifconfig.txt', 'dmesg.txt'].map(
    (file) => [file, UNITS[0]] as const,
  ),
  ...TEXT_FILES.slice(0, 4).map((file) => [file, UNITS[4]] as const),
  ...JSON_FILES.flatMap((file) => UNITS.slice(1, 4).map((unit) => [file, unit] as const)),
];

function filled(file: string, unit: string): string {
  const body = unit.repeat(Math.floor(MEGABYTE / unit.length));
  return file.endsWith('.json') ? `[${body}${unit.slice(0, -1)}]` : body;
}

describe('a megabyte of nonsense', () => {
  it.each(FILES)('%s of %j is read or told, line by line or as a range', (file, unit) => {
    const text = filled(file, unit);
    const { problems } = inspectHost(loadFiles(new Map([[`host/${file}`, text]])));
    const last = problems.filter((problem) => problem.origin.file === `host/${file}`).at(-1);
    if (unit === '{},') expect(last).toBeUndefined();
    else
      expect(last?.message).toMatch(
        /^\d+ more problems, from line \d+ to line \d+: is this the listing|^\d+ entries of \d characters each: no command/,
      );
  });

  it('a policy of that size is refused', () => {
    expect(() => readPolicy('- '.repeat(MEGABYTE / 2), 'p.yaml')).toThrow(
      new PolicyError('p.yaml:1: longer than 262144 characters: make several files of it'),
    );
  });

  it('a policy of aliases is refused', () => {
    expect(() => readPolicy(`- &a 1\n${'- *a\n'.repeat(20_000)}`, 'p.yaml')).toThrow(
      'p.yaml:102: more than 100 aliases: write the values out',
    );
  });

  it.each([
    ['*filter\n:INPUT ACCEPT [0:0]', 'p.yaml:2: '],
    ['*filter', 'p.yaml:1: *filter is an alias of nothing: no &filter comes before it'],
    ['a: &a\n  - 1\n  - *a', 'p.yaml:3: *a stands inside what it is an alias of'],
  ])('an alias that cannot be read is told: %j', (text, told) => {
    expect(() => readPolicy(text, 'p.yaml')).toThrow(PolicyError);
    expect(() => readPolicy(text, 'p.yaml')).toThrow(told);
  });

  it('JSON nested without end is refused', () => {
    const { problems } = loadFiles(
      new Map([
        ['host/ip-addr.json', '['.repeat(MEGABYTE)],
        ['meta.json', '{}'],
      ]),
    );
    expect(problems.map((p) => p.message)).toEqual([
      'not valid JSON: nested deeper than 200 levels: the file is not used. Take the listing again; the file may have been cut',
    ]);
  });
});

const ADDR = JSON.stringify([
  {
    ifindex: 1,
    ifname: 'lo',
    flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
    link_type: 'loopback',
    addr_info: [{ family: 'inet', local: '127.0.0.1', prefixlen: 8 }],
  },
]);

/** @returns the trace of a packet that the host sends itself through these rules. */
function through(rules: string): { readonly outcome: string; readonly reason: string } {
  const files = new Map([
    ['host/ip-addr.json', ADDR],
    ['host/ip-route.json', '[{"type":"local","dst":"127.0.0.0/8","dev":"lo","table":"local","protocol":"kernel","scope":"host"}]'],
    ['host/ip-rule.json', '[{"priority":0,"src":"all","table":"local"}]'],
    ['host/ss.txt', 'tcp LISTEN 0 1 127.0.0.1:80 0.0.0.0:*\n'],
    ['host/iptables-save.txt', `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules}COMMIT\n`],
  ]);
  const { outcome, reason } = traceFlow(createMachine(loadFiles(files)), { from: 'host', to: '127.0.0.1', proto: 'tcp', dport: 80 });
  return { outcome, reason };
}

describe('chains without end', () => {
  const chains = Array.from({ length: 10_000 }, (_, i) => i);
  const declared = chains.map((i) => `:C${i} - [0:0]\n`).join('');
  const jumps = chains
    .slice(1)
    .map((i) => `-A C${i - 1} -j C${i}\n`)
    .join('');

  it.each([
    ['10,000 chains deep, and back', `${declared}-A INPUT -j C0\n${jumps}`],
    ['10,000 chains deep to a DROP', `${declared}-A INPUT -j C0\n${jumps}-A C9999 -j DROP\n`],
    ['10,000 chains deep by -g', `${declared}-A INPUT -g C0\n${jumps.replaceAll('-j', '-g')}`],
    ['a circle of two', ':A - [0:0]\n:B - [0:0]\n-A INPUT -j A\n-A A -j B\n-A B -j A\n'],
    ['a circle of one', ':A - [0:0]\n-A INPUT -j A\n-A A -j A\n'],
    ['a circle through the built-in chain', '-A INPUT -j INPUT\n'],
    ['a circle by -g', ':A - [0:0]\n:B - [0:0]\n-A INPUT -g A\n-A A -g B\n-A B -g A\n'],
  ])('%s', (_, rules) => {
    expect(through(rules)).toMatchSnapshot();
  });
});
