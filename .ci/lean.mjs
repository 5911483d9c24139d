// What the package holds in place of the compiled modules: the program and the library in few minified files, its declarations in one, the manual page and collect.sh. It stands in `dist` while npm packs: prepare.mjs lays it there, `node .ci/lean.mjs out` brings the modules back.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { piecesOf } from './pieces.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = join(root, 'dist');
/** Where the compiled modules wait until the package is made. */
const aside = join(root, '.dist-aside');

const isPackage = (id) => /^[^./\0]/.test(id);

/** A thread of `audit --fleet`, started by its path. */
const WORKER = 'commands/audit/worker';
/** What runs inside the sandbox of `verify`: it sees nothing of the program but itself. */
const AGENT = 'kernel/agent/main.js';

const START = '\0start';
const START_CODE = (modules) => `import { run } from ${JSON.stringify(join(modules, 'cli/run.js'))};\nawait run(process.argv.slice(2));`;

/** Writes the program in few files. All chunks lie in `to` itself, as the program looks for its other files from there. */
async function writeProgram(modules, to) {
  const input = {
    cli: START,
    index: join(modules, 'index.js'),
    [WORKER]: join(modules, `${WORKER}.js`),
  };
  const bundle = await rolldown({
    input,
    plugins: [
      {
        name: 'start',
        resolveId: (id) => (id === START ? id : null),
        load: (id) => (id === START ? START_CODE(modules) : null),
      },
    ],
    platform: 'node',
    checks: { ineffectiveDynamicImport: false },
    external: (id) => isPackage(id) && id !== START,
  });
  await bundle.write({
    dir: to,
    format: 'esm',
    // names at the top of a file stay, so that a stack trace can be read
    minify: { compress: true, mangle: { toplevel: false }, codegen: { removeWhitespace: true } },
    banner: (chunk) => (chunk.name === 'cli' ? '#!/usr/bin/env node' : ''),
    entryFileNames: '[name].js',
    chunkFileNames: 'part-[name]-[hash].js',
  });
  await bundle.close();
}

async function writeAgent(modules, to) {
  const bundle = await rolldown({ input: join(modules, AGENT), platform: 'node' });
  await bundle.write({ file: join(to, AGENT), format: 'esm', minify: { compress: true, mangle: { toplevel: false } } });
  await bundle.close();
}

/** Writes what the library's face declares as one file. */
async function writeDeclarations(modules, to) {
  const bundle = await rolldown({ input: { index: join(modules, 'index.d.ts') }, plugins: [dts({ dtsInput: true })], external: isPackage });
  await bundle.write({ dir: to, format: 'esm' });
  await bundle.close();
}

/** The page's script is the largest file, read by few, and three quarters of it are the program's own: it lies there as pieces of that. */
function writePage(modules, to) {
  const parts = readdirSync(to)
    .filter((name) => name.endsWith('.js'))
    .sort()
    .map((name) => [name, readFileSync(join(to, name), 'utf8')]);
  const pieces = piecesOf(readFileSync(join(modules, 'explorer/page.js'), 'utf8'), parts);
  writeFileSync(join(to, 'explorer/page.js.pieces.br'), brotliCompressSync(JSON.stringify(pieces)));
}

/** Makes the lean form of compiled modules in a new folder. */
export async function makeLean(modules, to) {
  await writeProgram(modules, to);
  await writeAgent(modules, to);
  await writeDeclarations(modules, to);
  cpSync(join(modules, 'collect/collect.sh'), join(to, 'collect/collect.sh'));
  cpSync(join(modules, 'explorer/page.css'), join(to, 'explorer/page.css'));
  writePage(modules, to);
  cpSync(join(modules, 'dtrace-path.1'), join(to, 'dtrace-path.1'));
}

/** Lays the lean form where the modules are, which wait beside it. */
export async function packIn() {
  const made = mkdtempSync(join(root, '.dist-lean-'));
  try {
    await makeLean(dist, made);
    rmSync(aside, { recursive: true, force: true });
    renameSync(dist, aside);
    renameSync(made, dist);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function packOut() {
  if (!existsSync(aside)) return;
  rmSync(dist, { recursive: true, force: true });
  renameSync(aside, dist);
}

if (process.argv[2] === 'out') packOut();
