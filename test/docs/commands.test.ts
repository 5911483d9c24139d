import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliWords, isInstalled } from '../hostile/host.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

interface Block {
  readonly language: string;
  readonly text: string;
}

function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', body = '']) => ({ language, text: body }));
}

/** Milliseconds until a block counts as one that never ends: the longest takes some five seconds on an idle machine. */
const LONGEST = 240_000;

let folder = '';
/** A checkout as a newcomer has it, with what npm would put there: `npx` and `dtrace-path` run the built program. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dtrace-path-docs-'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const program = cliWords()
    .map((word) => `'${word}'`)
    .join(' ');
  const shims = { 'dtrace-path': `exec ${program} "$@"`, npx: `shift 2; exec ${program} "$@"`, npm: 'exit 0' };
  for (const [name, body] of Object.entries(shims)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs blocks one after the other in a folder of their own. @returns what each printed; the first that fails ends it. */
function runBlocks(page: string, blocks: readonly Block[]): readonly string[] {
  const place = join(folder, page.replace(/\W/g, '-'));
  mkdirSync(place);
  for (const name of ['fixtures', 'rules', 'docs']) symlinkSync(join(ROOT, name), join(place, name));
  return blocks.map(({ text }) => {
    const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: place };
    const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-ec', text], {
      cwd: place,
      env,
      encoding: 'utf8',
      input: '',
      timeout: LONGEST,
    });
    // gates, what was written, and what stands for a choice of Docker's in a Compose file are told on standard error
    const plain = stderr.replace(/^(?:gate: .*|wrote .* \(\d+ .*\)|dtrace-path: \S+\.yaml:\d+: .*(?:stands for it|is chance; .*))\n/gm, '');
    expect([status, plain], `${text}\n${stdout}`).toEqual([0, '']);
    return stdout;
  });
}

describe.skipIf(!isInstalled('bash'))('commands as printed', () => {
  it.each(PAGES.filter((page) => blocksOf(page).some(({ language }) => language === 'sh')))('%s', (page) => {
    runBlocks(
      page,
      blocksOf(page).filter(({ language }) => language === 'sh'),
    );
  });

  it('the README shows what its first command prints', () => {
    const [command, shown] = blocksOf('README.md');
    expect(runBlocks('first', [command ?? { language: '', text: '' }])).toEqual([shown?.text]);
  });

  it('the README quotes the audit', () => {
    const quoted = blocksOf('README.md').find(({ text }) => text.includes('docker-user-ineffective'))?.text ?? '';
    const audit = { language: 'sh', text: 'dtrace-path audit --snapshot fixtures/hosts/docker28-policy --prove-fixes --fail-on none' };
    const printed = new Set(runBlocks('audit', [audit])[0]?.split('\n'));
    expect(quoted.split('\n').filter((line) => line.trim() !== '…' && !printed.has(line))).toEqual([]);
  });
});

describe('links', () => {
  it.each([...PAGES, 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'])('%s leads to files that are there', (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    const targets = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
      .map((found) => found[1] ?? '')
      .filter((target) => !/^[a-z]+:/.test(target));
    const here = new URL(page, new URL('../../', import.meta.url));
    expect(targets.filter((target) => !isThere(new URL(target, here)))).toEqual([]);
  });
});

function isThere(url: URL): boolean {
  try {
    return readFileSync(url).length > 0 || true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EISDIR';
  }
}
