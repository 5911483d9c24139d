import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/registry.js';
import { COMMAND_NAMES } from '../../src/commands/names.js';
import { splitWords } from '../../src/command/index.js';
import { runHere, type Told } from './run-here.js';

const HOST = 'fixtures/hosts/docker28-bridge';
const OLDER = 'fixtures/hosts/docker20-bridge';

const run = (...words: readonly string[]): Promise<Told> => runHere(words);

let folder = '';
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dtrace-path-manners-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** One question of every command that writes a report. */
const QUESTIONS: readonly (readonly string[])[] = [
  ['trace', '-s', HOST, '--from', 'web', '--to', 'db:5432'],
  ['audit', '-s', HOST, '--fail-on', 'none'],
  ['check', 'docs/examples/policy.yaml', '-s', HOST],
  ['diff', OLDER, HOST, '--no-fail-on-opened'],
  ['matrix', '-s', HOST],
  ['inspect', '-s', HOST],
  ['explain', 'docker0', '-s', HOST],
  ['topology', '-s', HOST],
];

describe('every command', () => {
  it('is one that is suggested for a slip of the pen', async () => {
    expect(COMMANDS.map(({ name }) => name)).toEqual([...COMMAND_NAMES]);
    expect((await run('audti')).stderr).toBe(
      'dtrace-path: "audti" is neither a command nor a file (did you mean audit?); dtrace-path --help lists the commands\n',
    );
  });

  it.each([
    ['trace', '--from', 'wbe', '--to', 'db:80'],
    ['capture', '--from', 'wbe', '--to', 'db:80'],
    ['verify', '--from', 'wbe', '--to', 'db:80'],
    ['matrix', '--from', 'db', '--from', 'wbe'],
    ['matrix', '--to', 'wbe'],
    ['explain', 'wbe'],
  ])('%s %s %s: a name that nothing has is refused, with the nearest one', async (...words) => {
    const { status, stdout, stderr } = await run(...words, '-s', HOST);
    expect({ status, stdout, meant: /\(did you mean (.*?)\?\)/.exec(stderr)?.[1] }).toEqual({ status: 2, stdout: '', meant: 'web' });
  });

  it.each(QUESTIONS)('%s tells the format by the ending, says what it wrote, and refuses an ending that tells none', async (...words) => {
    const file = at(`${words[0]}.json`);
    const { stderr } = await run(...words, '-o', file);
    expect(stderr).toMatch(new RegExp(`^wrote ${file.replaceAll('.', '\\.')} \\(\\d+ [a-z, 0-9]+\\)$`, 'm'));
    expect(() => JSON.parse(readFileSync(file, 'utf8')) as unknown).not.toThrow();
    const strange = await run(...words, '-o', at('report.doc'));
    expect([strange.status, strange.stdout, existsSync(at('report.doc'))]).toEqual([2, '', false]);
    expect(strange.stderr).toContain('the name tells no format');
    const { stderr: quiet } = await run(...words, '-o', file, '--quiet');
    expect(quiet.replace(/^gate: .*\n/m, '')).toBe('');
  });

  it.each(QUESTIONS)('%s has nothing but ASCII where --ascii asks for it', async (...words) => {
    for (const format of [[], ['--format', 'json']]) {
      const { stdout } = await run(...words, ...format, '--ascii');
      expect(stdout).not.toBe('');
      expect([...stdout].filter((sign) => sign > '~')).toEqual([]);
    }
  });

  const asked = [
    ...QUESTIONS,
    ['audit', '--fleet', 'fixtures/nft-hosts', '--fail-on', 'none'],
    ['explain', 'docker-user-ineffective', 'DTP-101'],
  ];
  // the narrowest folds most; of the others those are asked that lay out columns
  const columns = asked.filter(([command]) => command === 'trace' || command === 'audit' || command === 'matrix');
  it.each([
    ...asked.map((words) => [60, words] as const),
    ...[80, 120].flatMap((width) => columns.map((words) => [width, words] as const)),
  ])('fits into %i columns: %j', async (width, words) => {
    const { stdout } = await runHere(words, { COLUMNS: String(width) });
    // what is pasted stays whole, and so does a word that is wider than the line
    const wide = stdout.split('\n').filter((line) => [...line].length > width && !isWhole(line, width));
    expect(wide).toEqual([]);
  });
});

/** Whether a line is a command, or one word. */
function isWhole(line: string, width: number): boolean {
  const text = line.trim();
  if (/^(?:[a-z]+: )?(?:dtrace-path|ip6?tables|nft|docker|sysctl|ip|ufw|firewall-cmd|#) /.test(text)) return true;
  const words = line.split(' ');
  return words.some((word) => [...word].length > width - 20);
}

describe('what is printed to be pasted', () => {
  it('names the host that was asked: a witness is a whole command', async () => {
    const { stdout } = await run('diff', OLDER, HOST, '--no-fail-on-opened', '--no-findings');
    const [, first = ''] = /witness: (.*)/.exec(stdout) ?? [];
    const [program, ...words] = splitWords(first) ?? [];
    expect([program, ...words.slice(0, 2)]).toEqual(['dtrace-path', '--snapshot', HOST]);
    expect((await run(...words)).status).toBe(0);
  });
});

describe('the audit', () => {
  it('lists its rules, worst first', async () => {
    const lines = (await run('audit', '--list-rules')).stdout.trim().split('\n');
    expect(lines[0]).toMatch(/^critical {2}\S+ +\S/);
    expect(lines).toHaveLength(35);
    expect((await run('audit', '--list-rules', '--only', 'docker-user-ineffective')).stdout).toMatch(
      /^\w+ +docker-user-ineffective {2}.+\n$/,
    );
  });

  it('reports as severe as is asked; its gate looks at all', async () => {
    const { stdout, stderr, status } = await run('audit', '-s', HOST, '--severity', 'critical', '--fail-on', 'low');
    expect(stdout).not.toMatch(/^(?:HIGH|MEDIUM|LOW|INFO) /m);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^gate: FAILED, [1-9]\d* at low or above\n$/)]);
  });
});

describe('help', () => {
  it('shows three examples where nothing is asked', async () => {
    const { stdout, status } = await run();
    expect(status).toBe(0);
    expect(stdout.match(/^ {2}dtrace-path .*$/gm)).toHaveLength(3);
  });

  it.each(['trace', 'audit', 'matrix'])('of %s is in groups, the files in a list of their own', async (name) => {
    const { stdout } = await run('help', name);
    expect(stdout.match(/^[A-Z][a-z ]+:$/gm)).toEqual(expect.arrayContaining(['Question:', 'Snapshot:', 'Output:']));
    expect(stdout).not.toContain('--iptables-save <file>');
    expect((await run(name, '--help-files')).stdout).toContain('  --iptables-save <file>');
  });
});

describe('init', () => {
  it.each([[[]], [['--snapshot', HOST]]])('writes what passes as it is, and leaves what is there: %j', async (given) => {
    const dir = at(`init-${given.length}`);
    const { stdout, status } = await run('init', '--dir', dir, ...given);
    expect([status, stdout.match(/: written$/gm)?.length]).toEqual([0, 3]);
    const [policy, config] = [join(dir, 'dtrace-path.policy.yaml'), join(dir, 'dtrace-path.config.yaml')];
    const checked = await run('check', policy, '-s', HOST);
    // this host publishes its database, which the policy of nobody in particular forbids
    const gate = given.length === 0 ? /^gate: FAILED, 1 of 2 assertions\n$/ : /^gate: passed, 9 assertions asked, none fails\n$/;
    expect([checked.status, checked.stderr]).toEqual([given.length === 0 ? 1 : 0, expect.stringMatching(gate)]);
    expect((await run('audit', '-s', HOST, '--config', config, '--fail-on', 'none')).status).toBe(0);
    const before = readFileSync(policy, 'utf8');
    expect((await run('init', '--dir', dir)).stdout.match(/is there already/g)).toHaveLength(3);
    expect(readFileSync(policy, 'utf8')).toBe(before);
  });
});
