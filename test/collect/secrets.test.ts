import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectWithoutSecrets, versionWithoutSecrets, withoutSecrets } from '../../src/collect/secrets.js';
import { withoutPasswords } from '../../src/secrets/index.js';
import { isInstalled } from '../hostile/host.js';

const SHELL = readFileSync(new URL('../../src/collect/collect.sh', import.meta.url), 'utf8');
const PROGRAM = readFileSync(new URL('../../src/collect/secrets.ts', import.meta.url), 'utf8');
const STRINGS = /^strings\(\) \{[^]*?'\n\}$/m.exec(SHELL)?.[0] ?? '';
const INPUT = { inspect: 'strings inspect', info: 'secrets -', version: 'versions -' };
const FILTERS = SHELL.match(/^(?:secrets|versions)\(\) \{[^]*?^\}$/gm)?.join('\n') ?? '';
const SED = /^no_passwords='[^]*?\/g'$/m.exec(SHELL)?.[0] ?? '';
const AWKS = [['awk'], ['mawk'], ['gawk'], ['busybox', 'awk'], ['original-awk']].filter(([program = '']) => isInstalled(program));

const DIGEST = `sha256:${'0a1b2c3d'.repeat(8)}`;

/** What is said, and what of it leaves the host. */
const CASES: readonly (readonly [said: string, left: string])[] = [
  ['user:hunter2@host', 'host'],
  ['user:hun@ter2@host', 'host'],
  ['a:b@c:hunter2@host', 'host'],
  [':hunter2@host', 'host'],
  ['user:hun:ter2@host:5432', 'host:5432'],
  ['user:hunter2=@host', 'host'],
  ['user:hun%40ter2@host', 'host'],
  ['user:hunter2@[2001:db8::1]:80', '[2001:db8::1]:80'],
  ['(user:hunter2@host)', '(host)'],
  ['<user:hunter2@host>', '<host>'],
  ['say "user:hunter2@host"', 'say "host"'],
  ['opt=u:hunter2@h', 'opt=h'],
  ['a=b,opt=u:hunter2@h', 'a=b,opt=h'],
  // a host whose name begins as a digest does
  ['user:hunter2@shark.example', 'shark.example'],
  ['user:hunter2@sha256.example:80', 'sha256.example:80'],
  ['user:hunter2@sha256:8080/x', 'sha256:8080/x'],
  // addresses
  ['https://user:hunter2@host/x?y=z', 'https://host/x?y=z'],
  ['https://hunter2@host/x', 'https://host/x'],
  ['redis://:hunter2@host:6379/0', 'redis://host:6379/0'],
  ['postgres://user:hun@ter2@host/db', 'postgres://host/db'],
  ['postgres://user:hun/ter2==@host/db', 'postgres://host/db'],
  ['postgres://user:hun@t/er2@host/db', 'postgres://host/db'],
  ['user:12/hunter2@host', 'host'],
  ['user:/hunter2@host', 'host'],
  ['https://registry/v2/a@b', 'https://registry/v2/a@b'],
  ['http://[2001:db8::1]:8080/x', 'http://[2001:db8::1]:8080/x'],
  ['http://user:hunter2@[2001:db8::1]:8080/x', 'http://[2001:db8::1]:8080/x'],
  ['//user:hunter2@nas/share', '//nas/share'],
  ['Get https://u:hunter2@r/v2/ and https://u:hunter2@s/', 'Get https://r/v2/ and https://s/'],
  // images
  [`name:1.2@${DIGEST}`, `name:1.2@${DIGEST}`],
  [`registry/name:1.2@${DIGEST}`, `registry/name:1.2@${DIGEST}`],
  [`registry:5000/a/name:1.2@${DIGEST}`, `registry:5000/a/name:1.2@${DIGEST}`],
  [`user:hunter2@registry:5000/name:1.2@${DIGEST}`, `registry:5000/name:1.2@${DIGEST}`],
  [`https://registry:5000/v2/name@${DIGEST}`, `https://registry:5000/v2/name@${DIGEST}`],
  ['registry:5000/name:1.2', 'registry:5000/name:1.2'],
  // what is no password
  ['bob@example.com', 'bob@example.com'],
  ['git@github.com:org/repo', 'git@github.com:org/repo'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
  ['db:10.0.0.1', 'db:10.0.0.1'],
  ['2026-01-01T10:00:00Z', '2026-01-01T10:00:00Z'],
  ['{{.Name}}:{{json .Id}} @ {{.Tag}}', '{{.Name}}:{{json .Id}} @ {{.Tag}}'],
  ['/srv/x@y/compose.yml', '/srv/x@y/compose.yml'],
  // behind the word
  ['//nas/x,user=a,password=hunter2,vers=3', '//nas/x,user=a,password=,vers=3'],
  ["password='hun ter2' x", 'password= x'],
  ['password="hun ter2" x', 'password= x'],
  ['password="hun\\ter2" x', 'password= x'],
  ['password="hun\\"ter2" x', 'password= x'],
  ['password="hun ter2', 'password='],
  ['token=hun\\ter2;x', 'token=;x'],
  ['secret=hun<ter2 x', 'secret= x'],
  ['Authorization: Bearer hunter2== x', 'Authorization: Bearer  x'],
];

const SIGNS = [
  '@',
  '@',
  ':',
  ':',
  '/',
  '//',
  '://',
  '"',
  '\\',
  "'",
  '<',
  '>',
  ' ',
  '=',
  '(',
  ',',
  '\t',
  '\n',
  '&',
  ';',
  '{',
  ']',
  '\u0001',
  'é',
];
const PARTS = [...SIGNS, 'sha256:', 'abcdef', '12', 'a', 'user', 'pw', 'password=', 'token=', 'AUTH=', 'Basic ', 'bearer '];
const WORDS = fc.sample(
  fc.array(fc.constantFrom(...PARTS), { maxLength: 14 }).map((parts) => parts.join('')),
  { numRuns: 3000, seed: 5 },
);

/** A text as a string of JSON that Docker prints: `<`, `>` and `&` are escaped (encoding/json, HTMLEscape). */
const inJson = (text: string): string => JSON.stringify(text).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);

const byShell = (awk: readonly string[], what: keyof typeof INPUT, input: string): string => {
  const called = awk.join(' ') === 'awk' ? '' : `awk() { command ${awk.join(' ')} "$@"; }\n`;
  const { stdout, stderr } = spawnSync('sh', ['-c', `keep_keys=\n${called}${STRINGS}\n${FILTERS}\n${INPUT[what]}`], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  expect(stderr).toBe('');
  return stdout;
};

it.each(CASES)('%s', (said, left) => {
  expect(withoutPasswords(said)).toBe(left);
});

const document = `[\n${CASES.map(([said]) => `{"Name":${inJson(said)}}`).join(',\n')}\n]`;

it('so in what docker inspect prints', () => {
  const names = (JSON.parse(inspectWithoutSecrets(document, [])) as { Name: string }[]).map(({ Name }) => Name);
  // an escaped quotation mark, or what < and > begin and end, is part of a word there
  expect(names.filter((name) => /hun|er2/.test(name))).toEqual([]);
});

it('so in what a command complains of, by the shell', () => {
  const input = CASES.map(([said]) => `${said}\n`).join('');
  const { stdout } = spawnSync('sh', ['-c', `${SED}\nsed "$no_passwords"`], { input, encoding: 'utf8' });
  expect(stdout.split('\n').filter((line) => /hun|er2/.test(line))).toEqual([]);
});

describe.skipIf(process.platform !== 'linux').each(AWKS.map((program) => [program.join(' '), program] as const))('%s', (_, program) => {
  it('cuts what the program cuts', () => {
    expect(byShell(program, 'inspect', document)).toBe(inspectWithoutSecrets(document, []));
  });

  it('cuts what the program cuts, of words that nobody wrote', () => {
    const written = `[\n${WORDS.map((word) => `{"Name":${inJson(word)}}`).join(',\n')}\n]`;
    const left = inspectWithoutSecrets(written, []);
    expect(() => JSON.parse(left) as unknown).not.toThrow();
    expect(byShell(program, 'inspect', written)).toBe(left);
  });

  it('takes what the program takes, by every name that either knows', () => {
    // names of the lists of either
    const listed = [...PROGRAM.matchAll(/'([A-Z][A-Za-z]+)'/g), ...STRINGS.matchAll(/(?<=^ {2}[A-Z]+ = ".*)\b([A-Za-z_]+)\b/gm)];
    const words = [...new Set(['Other', 'com.docker.other', 'HttpProxy', ...listed.flatMap(([, word]) => word ?? [])])];
    const inner = words.map((word) => `"${word}":"x"`).join(',');
    const names = JSON.stringify(Object.fromEntries(words.map((word) => [word, 'x'])));
    const nested = `{${words.map((word) => `"${word}":{${inner}}`).join(',')}}`;
    const deep = `{${['Config', 'HostConfig', 'Other'].map((word) => `"${word}":{"Labels":{${inner}},"Options":[{${inner}}]}`).join(',')}}`;
    expect(byShell(program, 'inspect', nested)).toBe(inspectWithoutSecrets(nested, []));
    expect(byShell(program, 'inspect', deep)).toBe(inspectWithoutSecrets(deep, []));
    const swarm = `{"Swarm":{${inner}},"Server":{${inner}},${names.slice(1)}`;
    expect(byShell(program, 'version', swarm)).toBe(versionWithoutSecrets(swarm));
    expect(byShell(program, 'info', swarm)).toBe(withoutSecrets(swarm));
  });
});
