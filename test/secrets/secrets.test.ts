import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LEFT_OUT, mayHoldSecret, quotable, toldOf, withoutSecretComments, withoutSecrets } from '../../src/secrets/index.js';
import { corpus } from '../fuzz/corpus.js';
import { isInstalled } from '../hostile/host.js';
import { TOLD } from './told.js';

const WORDS = ['hunter2', 'h%40nt+er/2==', 'Zm9vYmFyCg==', '12345'];
const ALL = TOLD.flatMap((tell) => WORDS.map((word) => [tell(word), word] as const));

describe('a password, however it is told', () => {
  it.each(ALL)('%s', (told, word) => {
    for (const line of [told, `x ${told} y`, `\t${told}`, `"x": {${told}}`]) {
      expect(withoutSecrets(line)).not.toContain(word);
      expect(withoutSecrets(withoutSecrets(line))).toBe(withoutSecrets(line));
    }
    expect(mayHoldSecret(told)).toBe(true);
    const named = told.split(' ').filter((part) => part.includes(word));
    expect(named.filter((part) => toldOf(`an unknown word: ${part}`, told).includes(word))).toEqual([]);
  });

  it('nor what a cut leaves of it', () => {
    for (const [told, word] of ALL) for (let at = 0; at < 12; at++) expect(quotable(`${' '.repeat(990 - at)}${told}`)).not.toContain(word);
  });
});

/** What people write beside rules that are no secrets. */
const HARMLESS = [
  'allow the auth server',
  'ssh, see ticket 4711: ask bob@example.com',
  'kube-system/kube-dns:dns cluster IP',
  'default/token-service has no endpoints',
  'registry.example:5000/app@sha256:0a1b2c3d4e5f',
  'monkey business = none',
  'DOCKER-USER: keep',
  'http://wiki.example/fw?page=3',
];

it('what is no secret stays', () => {
  expect(HARMLESS.filter(mayHoldSecret)).toEqual([]);
  const real = corpus(/tables-save\.txt$/).flatMap((text) =>
    [...text.matchAll(/--comment "((?:[^"\\]|\\.)*)"/g)].map(([, comment]) => comment ?? ''),
  );
  expect(real.length).toBeGreaterThan(20);
  expect(real.filter(mayHoldSecret)).toEqual([]);
});

const escaped = (text: string): string => text.replace(/["\\]/g, '\\$&');
const COMMENTS = [...ALL.map(([told]) => told), ...HARMLESS];
/** A comment in each listing that has some: what it looks like there, and what must stay of the line whatever the comment is. */
const LISTINGS: readonly (readonly [name: string, of: (comment: string) => string])[] = [
  ['iptables-save', (comment) => `[0:0] -A INPUT -i "a b" -m comment --comment "${escaped(comment)}" -m tcp -j LOG --log-prefix "x y"\n`],
  ['ipset save', (comment) => `add set 192.0.2.1 comment "${escaped(comment)}"\n`],
  ['nft', (comment) => `\t\tip saddr 192.0.2.1 counter comment "${comment.replaceAll('"', "'")}" # handle 4\n`],
  ['nft -j', (comment) => `{"rule": {"comment": ${JSON.stringify(comment)}, "expr": [{"x": "password=kept"}]}}`],
];
const TEXTS = LISTINGS.map(([name, of]) => [name, of, COMMENTS.map(of).join('')] as const);

describe.each(TEXTS)('comments of %s', (_, of, text) => {
  it('are left out where they may hold a password', () => {
    const wanted = COMMENTS.map((comment) => of(mayHoldSecret(comment) ? LEFT_OUT : comment)).join('');
    expect(withoutSecretComments(text)).toBe(wanted);
  });
});

it('of iptables -L as well', () => {
  const row = (comment: string): string => `ACCEPT  all  --  0.0.0.0/0  0.0.0.0/0  /* ${comment} */ tcp dpt:80\n`;
  expect(withoutSecretComments(row('token=hunter2') + row('fine'))).toBe(row(LEFT_OUT) + row('fine'));
});

const SHELL = readFileSync(new URL('../../src/collect/collect.sh', import.meta.url), 'utf8');
const FILTER = /^comments\(\) \{[^]*?' "\$1"\n\}$/m.exec(SHELL)?.[0] ?? '';
const AWKS = [['awk'], ['mawk'], ['gawk'], ['busybox', 'awk'], ['original-awk']].filter(([program = '']) => isInstalled(program));

describe.skipIf(process.platform !== 'linux').each(AWKS.map((program) => [program.join(' '), program] as const))('%s', (name, program) => {
  it.each(TEXTS)('leaves out of %s what the program leaves out', (_, __, text) => {
    const called = name === 'awk' ? '' : `awk() { command ${program.join(' ')} "$@"; }\n`;
    const { stdout, stderr } = spawnSync('sh', ['-c', `${called}${FILTER}\ncomments -`], { input: text, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toBe(withoutSecretComments(text));
  });
});
