import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { runHere, type Told } from '../cli/run-here.js';

const HOST = fileURLToPath(new URL('../../fixtures/hosts/docker28-bridge', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'diff-'));
afterAll(() => rmSync(folder, { recursive: true }));

const diff = (...args: readonly string[]): Promise<Told> => runHere(['diff', ...args]);

/** Ids keep their shape: what is drawn anew when containers and networks are made again. */
const turned = (hex: string): string => hex.replace(/[0-9a-f]/g, (digit) => ((Number.parseInt(digit, 16) + 5) % 16).toString(16));
const REMADE: readonly (readonly [RegExp, string | ((match: string, ...groups: string[]) => string)])[] = [
  [/\b[0-9a-f]{64}\b/g, turned],
  [/\bbr-([0-9a-f]{12})\b/g, (_, id = '') => `br-${turned(id)}`],
  [/\bveth([0-9a-f]{7})\b/g, (_, id = '') => `veth${turned(id)}`],
  [/\b172\.17\.0\.2\b/g, '172.17.0.77'],
  [/\b172\.17\.0\.3\b/g, '172.17.0.2'],
  [/\b172\.30\.0\.2\b/g, '172.30.0.99'],
  [/02:42:ac:11:00:02/g, '02:42:ac:11:00:4d'],
  [/\[\d+:\d+\]/g, '[7:420]'],
];

/** The host as it is after `docker compose down` and `up`: ids, bridges, veths, addresses and counters are others. */
function remadeHost(): string {
  const path = join(folder, 'remade');
  cpSync(HOST, path, { recursive: true });
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(?:txt|json)$/.test(entry.name) || entry.name === 'truth.json') continue;
    const file = join(entry.parentPath, entry.name);
    const text = REMADE.reduce(
      (sofar, [from, to]) =>
        // two overloads of one method
        typeof to === 'string' ? sofar.replace(from, to) : sofar.replace(from, to),
      readFileSync(file, 'utf8'),
    );
    writeFileSync(file, text);
  }
  return path;
}

const ASSUMED = `assumed: the host and 5 other namespaces are taken to have no native nftables rules, which \`nft -j list ruleset\` would show (host/nft-ruleset.json)\nassumed: 7 listings of rules of other namespaces are blank: taken to say that there are no rules, though a command that failed leaves the same (\`nft list ruleset\` would show)`;

describe('diff', () => {
  it('ends with 0 where containers and networks were made anew, and says that nothing changed', async () => {
    expect(await diff(HOST, remadeHost())).toEqual({
      status: 0,
      stdout: `findings of the audit: the same\n${ASSUMED}\n250 pairs compared: 0 opened, 0 closed, 0 undecided\n`,
      stderr: 'gate: passed, nothing became reachable\n',
    });
  });

  it('ends with 0 where something closed, names the rule that closed it and what decided before', async () => {
    const closed = `closed  198.51.100.10:6379/tcp
    from outside, lan: open → closed
    \`-A DOCKER-USER -d 172.30.0.4/32 -i up0 -p tcp -m tcp --dport 6379 -j DROP\` in host's filter DOCKER-USER drops it
    because of, after: -A DOCKER-USER -d 172.30.0.4/32 -i up0 -p tcp -m tcp --dport 6379 -j DROP [--what-if:1]
    decided by, before: python3 on tcp *:6379 in pinned answers [netns/pinned/ss.txt:3]
    witness: dtrace-path --snapshot ${HOST} --what-if 'iptables -I DOCKER-USER -i up0 -d 172.30.0.4 -p tcp --dport 6379 -j DROP' --from 203.0.113.1 --to 198.51.100.10 --proto tcp --port 6379

${ASSUMED}
250 pairs compared: 0 opened, 1 closed, 0 undecided
`;
    const closes = ['--what-if', 'iptables -I DOCKER-USER -i up0 -d 172.30.0.4 -p tcp --dport 6379 -j DROP'];
    expect(await diff(HOST, ...closes, '--no-findings')).toEqual({
      status: 0,
      stdout: closed,
      stderr: 'gate: passed, nothing became reachable (1 closed)\n',
    });
  });

  const opens = [
    '--what-if',
    'iptables -t raw -D PREROUTING -d 172.17.0.2/32 ! -i docker0 -j DROP',
    '--what-if',
    'iptables -I DOCKER-USER -i up0 -d 172.17.0.2 -p tcp --dport 80 -j ACCEPT',
  ];
  const opened = `OPENED  web:80/tcp
    from outside, lan: closed → open
    python3 on tcp *:80 in web answers
    because of, after: -A DOCKER-USER -d 172.17.0.2/32 -i up0 -p tcp -m tcp --dport 80 -j ACCEPT [--what-if:2]
    decided by, before: -A PREROUTING -d 172.17.0.2/32 ! -i docker0 -j DROP [host/iptables-save.txt:5]
    witness: dtrace-path --snapshot ${HOST} ${opens.map((word) => (word.startsWith('--') ? word : `'${word}'`)).join(' ')} --from 203.0.113.1 --to 172.17.0.2 --proto tcp --port 80

${ASSUMED}
250 pairs compared: 1 opened, 0 closed, 0 undecided
`;

  it('ends with 1 where something opened', async () => {
    expect(await diff(HOST, ...opens, '--no-findings')).toEqual({ status: 1, stdout: opened, stderr: 'gate: FAILED, 1 opened\n' });
  });

  it('with --no-fail-on-opened ends with 0, and tells what opened all the same', async () => {
    expect(await diff(HOST, ...opens, '--no-findings', '--no-fail-on-opened')).toEqual({ status: 0, stdout: opened, stderr: '' });
  });

  it.each([
    [[HOST, join(folder, 'nowhere')], `dtrace-path: ${join(folder, 'nowhere')}: there is no such file or folder. Check the path\n`],
    [[HOST], "dtrace-path: name a second snapshot, --after files, or a change: --what-if 'iptables …'\n"],
    [
      [HOST, '--what-if', 'iptables -X DOCKER'],
      "dtrace-path: --what-if 'iptables -X DOCKER': chain DOCKER holds 7 rules (Directory not empty); flush it first with -F DOCKER\n",
    ],
  ])('ends with 2 where it cannot compare: %j', async (args, stderr) => {
    expect(await diff(...args)).toEqual({ status: 2, stdout: '', stderr });
  });
});
