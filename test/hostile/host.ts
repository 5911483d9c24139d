import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack } from 'tar-stream';
import { hosts } from '../fuzz/corpus.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly bin: Readonly<Record<string, string>> };
const CLI = join(ROOT, manifest.bin['dtrace-path'] ?? '');

/** What a page, a terminal, a table, a build log or a diagram would act on, all in one name; without a slash, so that it may name a folder. */
export const EVIL = [
  '\u001b]0;owned\u0007\u001b[31m\u009b2J',
  '\n::error::owned',
  '|x|',
  '<script>document.title="owned"<\\x2fscript>',
  '"><img src=x onerror=document.title="owned">',
  "'><svg onload=document.title='owned'>",
  '[a](javascript:document.title="owned")',
  '`%%{init: {"securityLevel":"loose"}}%%`',
  ']]>',
  '\u202eevil\u2066',
].join('');

/** Where the recorded host's own names stand: a container, which is then refused, an alias of one, a network, an image, a host name. */
const NAMES: readonly (readonly [plain: string, where: RegExp])[] = [
  ['app', /\/app\b|"app"/g],
  ['appnet', /"appnet"/g],
];

function poison(path: string, text: string): string {
  const evil = JSON.stringify(EVIL).slice(1, -1);
  if (path === 'meta.json')
    return JSON.stringify({ format: 'dtrace-path-snapshot/1', hostname: EVIL, kernel: EVIL, docker: EVIL, collectedAt: EVIL });
  if (path.startsWith('docker/'))
    return NAMES.reduce((sofar, [plain, where]) => sofar.replace(where, (found) => found.replace(plain, () => evil)), text)
      .replace(/"Image": "/g, () => `"Image": "${evil}`)
      .replace(/"Labels": \{\}/g, () => `"Labels": {"${evil}": "${evil}"}`);
  if (path.endsWith('iptables-save.txt'))
    return text.replace(
      /^(.*-A \S+)(.*)$/gm,
      (_, head: string, rest: string) => `${head} -m comment --comment "${EVIL.replace(/[\n"\\]/g, '')}"${rest}`,
    );
  if (path.endsWith('ss.txt')) return text.replace(/users:\(\("/g, () => `users:(("${EVIL.replace(/[\n"\\]/g, '')}`);
  return path.endsWith('sysctl.txt') ? `${text}${EVIL.replaceAll('\n', '')} = ${EVIL.replaceAll('\n', '')}\n${EVIL}\n` : text;
}

/** Writes a recorded host with such names everywhere as an archive. @returns its path, in a folder of its own. */
export async function hostileHost(): Promise<string> {
  const [, files] = hosts().find(([name]) => name === 'docker20-bridge') ?? ['', new Map<string, string>()];
  const tar = pack();
  for (const [path, text] of files) tar.entry({ name: path.replace('netns/app/', () => `netns/${EVIL}/`) }, poison(path, text));
  tar.entry({ name: `host/${EVIL}.txt` }, EVIL);
  tar.entry({ name: `../${EVIL}` }, EVIL);
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) if (chunk instanceof Uint8Array) chunks.push(chunk);
  const path = join(mkdtempSync(join(tmpdir(), 'dtrace-path-hostile-')), 'host.tar');
  writeFileSync(path, Buffer.concat(chunks));
  return path;
}

export interface Told {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program. */
export function cli(...args: readonly string[]): Told {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8', input: '', maxBuffer: 2 ** 28 });
  return { status, stdout, stderr };
}

/** @returns the command line of the built program. */
export function cliWords(...args: readonly string[]): readonly string[] {
  return [process.execPath, CLI, ...args];
}

/** @returns whether a program is installed. */
export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}
