import { describe, expect, it } from 'vitest';
import { auditMachine } from '../../src/audit/engine.js';
import { withoutSecrets } from '../../src/collect/docker.js';
import { createMachine } from '../../src/datapath/index.js';
import { readTraceLog } from '../../src/kernel/observe/trace-log.js';
import { loadFiles } from '../../src/snapshot/assemble.js';
import { withoutSecretComments, withoutSecrets as withoutSecretsOfLine } from '../../src/secrets/index.js';
import { takeIn } from '../../src/snapshot/intake/index.js';
import { RULES } from '../audit/hosts.js';
import { corpus } from '../fuzz/corpus.js';
import { asked } from './printed/printed.js';

/** As long as a line is made: what looks at each of its characters once takes milliseconds, at each for each other minutes. */
const LENGTH = 150_000;
/** So long none takes, in seconds of the processor's. */
const MOST = 10;

/** One line of each look of the plain listings that people give, under the name of its file. */
function lines(): readonly (readonly [file: string, line: string])[] {
  const files = ['addr', 'neigh', 'route', 'route6', 'rule', 'bridge-fdb', 'bridge-link', 'ss', 'ipset'];
  const listed = files.map((name) => [name, new RegExp(`^(?:ip-)?${name}\\.txt$`)] as const);
  const saved = [['iptables-save', /^iptables-save\.txt$/] as const, ['ifconfig', /^ifconfig\.txt$/] as const];
  return [...listed, ...saved].flatMap(([name, file]) => {
    const looks = new Map<number, string>();
    for (const line of corpus(file).slice(0, 3).join('\n').split('\n')) looks.set(Math.min(9, line.split(/\s+/).length), line);
    return [...looks.values()].slice(0, 4).map((line) => [name, line] as const);
  });
}

/** @returns the line with each of its words, and each of its blanks, over and over in their place, to an end that no command prints. */
function* stretched(line: string): Generator<string> {
  const parts = line.split(/(\s+)/);
  for (const [i, part] of parts.entries()) {
    if (part === '' || i > 12) continue;
    const [before, word] = [parts.slice(0, i).join(''), part.trim() === '' ? part : `${part} `];
    yield `${before}${word.repeat(LENGTH / word.length)}  \u0001`;
  }
}

/** @returns the seconds of the processor's that it took. */
function spent(run: () => unknown): number {
  const before = process.cpuUsage();
  asked(run);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const over = (text: string): string => text.repeat(LENGTH / text.length);

const WARNED = new Map([['docker/info.json', JSON.stringify({ Warnings: [over('API is accessible on ')] })]]);

/** What passwords and comments are found by. */
const SIGNS = [
  '/*a',
  'comment "',
  '--comment ',
  'password',
  'password=',
  'mysql -p',
  ' -u a:',
  'a:@',
  '\\"',
  'private-',
  `${'A'.repeat(43)}=`,
];

describe('a line without end is looked at once', () => {
  it.each(lines())('%s: %s', (_, line) => {
    for (const text of stretched(line))
      expect([text.slice(0, 200), spent(() => takeIn([{ path: 'paste.txt', text }], 'paste')) < MOST]).toEqual([text.slice(0, 200), true]);
  });

  it.each<[what: string, run: () => unknown]>([
    ['an entry of a neighbour', () => takeIn([{ path: 'p', text: `10.0.0.1 dev x${over(' REACHABLE')}  x` }], 'p')],
    ...['"ifindex":', '"priority":', '"dst":', '"mac":', '"ifname":'].map(
      (member) => [`JSON of ${member}`, () => takeIn([{ path: 'p', text: `[{${over(member)}` }], 'p')] as [string, () => unknown],
    ),
    ...SIGNS.map(
      (sign) =>
        [`secrets among ${sign}`, () => [withoutSecretsOfLine(over(sign)), withoutSecretComments(over(sign))]] as [string, () => unknown],
    ),
    ['what docker info says', () => withoutSecrets(over('@\\"\\'))],
    ['mirrors of docker info', () => withoutSecrets(`"Mirrors":[${over('"Mirrors":["a\\"')}`)],
    [
      'what nft traces',
      () => readTraceLog(`trace id 1 ip t c rule ${over('# handle 0 (verdict ')}`, 'host', () => ({ text: '', native: true })),
    ],
    ['warnings of docker info', () => auditMachine(createMachine(loadFiles(WARNED)), RULES)],
  ])('%s', (_, run) => {
    expect(spent(run)).toBeLessThan(MOST);
  });
});
