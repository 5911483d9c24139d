import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bareWords } from '../../src/commands/common/bare-words.js';
import { runHere } from '../cli/run-here.js';

const HOST = 'fixtures/hosts/docker28-bridge';
const POLICY = 'docs/examples/policy.yaml';
const PIECES = ['iptables-save.txt', 'ip-addr.json', 'ip-route.json'].map((name) => `${HOST}/host/${name}`);

/** A question of each command that reads a host, and where its file stands. */
const QUESTIONS: readonly (readonly [words: readonly string[], at: number])[] = [
  [['trace', 'web', 'db:5432'], 1],
  [['audit', '--fail-on', 'none', '--only', 'docker-user-ineffective'], 1],
  [['check', POLICY], 2],
  [['check', '--init'], 2],
  [['matrix', '--to', 'db', '--format', 'csv'], 1],
  [['inspect'], 1],
  [['explain', 'docker0'], 1],
  [['explain', 'docker0'], 2],
  [['topology'], 1],
  [['capture', '--from', 'web', '--to', '8.8.8.8'], 1],
];

describe('files of a host, without an option', () => {
  it.each(QUESTIONS)('are those of --snapshot: %j', async (words, at) => {
    const named = await runHere([...words, '-s', HOST]);
    const bare = await runHere([...words.slice(0, at), HOST, ...words.slice(at)]);
    expect(named.stdout).not.toBe('');
    expect(bare).toEqual(named);
  });

  it('are read together, and named together in what is to be pasted', async () => {
    const options = ['--iptables-save', '--ip-addr', '--ip-route'].flatMap((name, i) => [name, PIECES[i] ?? '']);
    const rules = (text: string): string => text.replaceAll(/\[[^\]]*\.txt:/g, '[');
    const asked = ['--from', 'host', '--to', '8.8.8.8'];
    const bare = await runHere(['trace', ...PIECES, ...asked]);
    const named = await runHere(['trace', ...options, ...asked]);
    expect(rules(bare.stdout)).toEqual(rules(named.stdout));
    const files = [...PIECES, `${HOST}/host/ss.txt`];
    const { stdout } = await runHere(['matrix', ...files, '--to', 'host', '-v']);
    expect(stdout).toContain(`witness: dtrace-path ${files.join(' ')} --from 203.0.113.1 --to 198.51.100.10`);
  });

  it.each([
    [['matrix', 'nowhere.tgz'], 'nowhere.tgz'],
    [['explain', HOST], `name what is to be explained of ${HOST}`],
    [['check', '--init', POLICY], '--init writes a policy and reads none'],
    [['audit', HOST, '--fleet', 'fixtures/hosts'], '--fleet reads the snapshots of a folder'],
    [['mcp', '-'], 'standard input is for the protocol'],
    [[HOST, 'web'], 'where does web send to? Name the other end as well'],
    [['audti', HOST], '"audti" is neither a command nor a file (did you mean audit?)'],
    [['check', 'host.tgz', POLICY], 'host.tgz is no policy; the policy stands first: dtrace-path check policy.yaml host.tgz'],
    [['check', 'nowhere.yaml', HOST], 'nowhere.yaml: cannot be read (there is no such file or folder)\n'],
    [['audit', '--fleet', 'nowhere'], '--fleet nowhere: cannot be read (there is no such file or folder)\n'],
    [['topology', HOST, '-o', 'nowhere/x.svg'], 'nowhere/x.svg: cannot be written (there is no such file or folder)\n'],
  ])('are refused where they cannot be: %j', async (words, message) => {
    const { status, stdout, stderr } = await runHere(words);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('words without an option', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dtrace-path-words-'));
  const home = process.cwd();
  afterAll(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });

  it.each<[words: string[], named: boolean, files: string[]]>([
    [['host.tgz', 'web', 'db:5432'], false, ['host.tgz']],
    [['web', 'db:5432'], true, []],
    [['web', 'app', 'db:5432'], false, ['web']],
    [['-', 'app', '10.0.0.0/8'], false, ['-']],
    [['./web', './app', 'db'], false, ['./web', './app']],
    [['host.tgz', 'host/iptables-save.txt:41', '/tmp/rules:3', 'nat/DOCKER'], false, ['host.tgz']],
    [['web-1.json', '-A FORWARD -j DROP', '~/addr'], false, ['web-1.json', '~/addr']],
  ])('%j are files or names, though folders are called web and app', (words, named, files) => {
    for (const name of ['web', 'app']) mkdirSync(join(folder, name), { recursive: true });
    process.chdir(folder);
    expect(bareWords(words, named)).toEqual({ files, names: words.filter((word) => !files.includes(word)) });
    process.chdir(home);
  });
});
