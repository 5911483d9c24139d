import { createHash } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { marked } from 'marked';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, startBrowser } from '../explorer/browser.js';
import { whyNoTwin } from '../kernel/machine.js';
import { cli, cliWords, EVIL, hostileHost, isInstalled, type Told } from './host.js';

let snapshot = '';
beforeAll(async () => {
  snapshot = await hostileHost();
});
afterAll(() => {
  rmSync(dirname(snapshot), { recursive: true });
});

const POLICY = `version: 1
assertions:
  - name: ${JSON.stringify(EVIL)}
    comment: ${JSON.stringify(EVIL)}
    deny: { from: any, to: ${JSON.stringify(EVIL)} }
`;

const snap = (): readonly string[] => ['--snapshot', snapshot];
const policy = (): string => {
  const path = join(dirname(snapshot), 'policy.yaml');
  writeFileSync(path, POLICY);
  return path;
};

const CAPTURES = fileURLToPath(new URL('../../fixtures/captures/docker20/flows/web-out-ping/', import.meta.url));
const pcaps = (): readonly string[] => ['--pcap', `host:any=${CAPTURES}host.pcap`, '--pcap', `web:any=${CAPTURES}web.pcap`];

/** What is printed without a choice of formats. */
const COMMANDS = 'no format';
const format = (name: string): readonly string[] => (name === COMMANDS ? [] : ['--format', name]);

const told = new Map<string, Told>();

/** Runs the program, once for each command line: what it prints is looked at in several ways. */
function toldBy(...words: readonly string[]): Told {
  const key = JSON.stringify(words);
  const known = told.get(key) ?? cli(...words);
  told.set(key, known);
  return known;
}

/** `verify` sends packets: only where the machine lets it. */
const hasTwin = (await whyNoTwin()) === undefined;
const VERIFY_FORMATS = hasTwin ? ['text', 'json'] : [];

/** Every format of every command that tells of a snapshot. */
const REPORTS: readonly (readonly [command: string, formats: readonly string[], args: () => readonly string[]])[] = [
  [
    'trace',
    ['text', 'json', 'ndjson', 'md', 'kernel-trace'],
    () => [...snap(), '--from', 'web', '--to', '198.51.100.1', '--port', '80', ...['-v']],
  ],
  ['inspect', ['text', 'json'], snap],
  ['audit', ['text', 'md', 'html', 'json', 'sarif', 'junit', 'github'], () => [...snap(), '--fail-on', 'none', '--prove-fixes']],
  ['matrix', ['text', 'md', 'csv', 'html', 'json'], snap],
  ['check', ['text', 'json', 'junit', 'sarif'], () => [policy(), ...snap()]],
  ['diff', ['text', 'md', 'json'], () => [snapshot, '--what-if', 'iptables -F DOCKER']],
  ['explain', ['text', 'md', 'json'], () => [EVIL, 'DOCKER', ...snap()]],
  ['topology', ['text', 'mermaid', 'dot', 'svg', 'json'], snap],
  ['flows', ['text', 'md', 'csv', 'json'], () => [...snap(), ...pcaps()]],
  ['capture', [COMMANDS], () => [...snap(), '--from', 'web', '--to', '198.51.100.1', '--port', '80']],
  ['verify', VERIFY_FORMATS, () => [...snap(), '--from', 'web', '--to', '198.51.100.1', '--port', '80']],
  ['verify', VERIFY_FORMATS, () => [...snap(), '--from', 'host', '--to', 'web']],
  ['check', [COMMANDS], () => ['--init', ...snap()]],
];
const CASES = REPORTS.flatMap(([command, formats, args]) => formats.map((format) => [command, format, args] as const));

const ACTIVE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

describe('hostile names', () => {
  it.each(CASES)('%s as %s holds no active character', (command, name, args) => {
    const { status, stdout, stderr } = toldBy(command, ...args(), ...format(name));
    // a gate speaks last
    expect([status === 0 || status === 1, stderr.replace(/^gate: .*\n$/, '')], stderr).toEqual([true, '']);
    expect(ACTIVE.exec(stdout.replaceAll('\r\n', '\n'))).toBeNull();
    // a build log takes a line that begins so for an instruction
    expect(stdout.split('\n').filter((line) => line.startsWith('::error::owned'))).toEqual([]);
  });

  it('an error that quotes them is inert as well', () => {
    const { status, stderr } = cli('inspect', '--snapshot', join(dirname(snapshot), EVIL));
    expect([status, ACTIVE.exec(stderr), stderr.includes('owned')]).toEqual([2, null, true]);
    expect(stderr.split('\n').filter((line) => line.trimStart().startsWith('::'))).toEqual([]);
  });
});

/** What of the page ran, or would run when it is touched. A serialised page has every attribute in double quotes. */
function alive(page: string): readonly string[] {
  const title = /<title>([^<]*)<\/title>/.exec(page)?.[1] ?? '';
  const bare = page.replace(/="[^"]*"/g, '=""');
  const elements = [...bare.matchAll(/<(?:script|img|iframe|object|embed)\b[^>]*>/gi)].map((found) => found[0]);
  const handlers = [...bare.matchAll(/<[a-z][^>]*\son[a-z]+=[^>]*>/gi)].map((found) => found[0]);
  const addresses = [...page.matchAll(/\s(?:href|src|xlink:href|action)="\s*(?:javascript|data):[^"]*"/gi)].map((found) => found[0]);
  return [...(title === 'owned' ? [title] : []), ...elements, ...handlers, ...addresses];
}

/** @returns a page without the script that its own policy allows by its hash: `audit.test.ts` holds that this is the same in every page. */
function withoutOwnScript(page: string): string {
  const allowed = /script-src 'sha256-([^']+)'/.exec(page)?.[1];
  return page.replace(/<script>([^]*?)<\/script>/g, (whole, text: string) =>
    createHash('sha256').update(text).digest('base64') === allowed ? '' : whole,
  );
}

describe.skipIf(!hasBrowser)('in Chromium', () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(async () => browser?.close());

  /** The page after its scripts, if any, have run. */
  async function rendered(file: string): Promise<string> {
    const page = await browser!.newPage();
    await page.goto(`file://${file}`, { waitUntil: 'networkidle0' });
    const content = await page.content();
    await page.close();
    return content;
  }

  it.each([
    ['audit', 'html'],
    ['matrix', 'html'],
    ['topology', 'svg'],
  ])('nothing of %s as %s runs', async (command, format) => {
    const file = join(dirname(snapshot), `${command}.${format}`);
    cli(command, ...snap(), ...(command === 'audit' ? ['--fail-on', 'none'] : []), '--format', format, '-o', file);
    expect(alive(withoutOwnScript(await rendered(file)))).toEqual([]);
  });

  it.each(CASES.filter(([, name]) => name === 'md'))('nothing of %s as %s, rendered, runs', async (command, name, args) => {
    const file = join(dirname(snapshot), `${command}.md.html`);
    const { stdout } = toldBy(command, ...args(), ...format(name));
    writeFileSync(file, `<!doctype html><meta charset="utf-8"><title>safe</title>${marked.parse(stdout, { async: false })}`);
    expect(alive(await rendered(file))).toEqual([]);
  });

  it('a page that is not inert is seen to run', async () => {
    const file = join(dirname(snapshot), 'alive.html');
    writeFileSync(file, `<!doctype html><title>safe</title><img src=x onerror="document.title='owned'">`);
    expect(alive(await rendered(file))).toContain('owned');
  });
});

describe.skipIf(!isInstalled('tmux'))('in a terminal', () => {
  it.each(CASES.filter(([, name]) => name === 'text' || name === COMMANDS))(
    '%s as %s changes neither title nor lines',
    async (command, name, args) => {
      const plain = toldBy(command, ...args(), ...format(name)).stdout;
      const socket = join(dirname(snapshot), `tmux-${command}`);
      const tmux = (...words: readonly string[]): string =>
        execFileSync('tmux', ['-u', '-S', socket, '-f', '/dev/null', ...words], {
          encoding: 'utf8',
          env: { ...process.env, LC_ALL: 'C.UTF-8' },
        });
      const shown = (): string => tmux('capture-pane', '-p', '-J', '-S', '-', '-t', 'it');
      const words = cliWords(command, ...args()).map((word) => `'${word.replaceAll("'", "'\\''")}'`);
      tmux('new-session', '-d', '-s', 'it', '-x', '20000', '-y', '200', `${words.join(' ')}; printf 'the end\\n'; sleep 60`);
      try {
        for (let tries = 0; tries < 200 && !shown().includes('the end'); tries++) await new Promise((resolve) => setTimeout(resolve, 100));
        const lines = (text: string): readonly string[] =>
          text
            .split('\n')
            .map((line) => line.trimEnd())
            .filter((line) => line !== '' && line !== 'the end' && !line.startsWith('gate: '));
        expect(lines(shown())).toEqual(lines(plain));
        expect(tmux('display-message', '-p', '-t', 'it', '#{pane_title}')).not.toContain('owned');
      } finally {
        spawnSync('tmux', ['-S', socket, 'kill-server']);
      }
    },
  );
});
