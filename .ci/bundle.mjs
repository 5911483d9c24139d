// Makes one file each of what the commands whose start tells load (src/cli/registry.ts names them), and keeps what V8 compiles of it. All else stays as the compiler wrote it.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { generate } from '../test/bench/million-packets.mjs';

const dist = process.argv[2] ?? fileURLToPath(new URL('../dist/', import.meta.url));
const host = fileURLToPath(new URL('../fixtures/hosts/docker28-bridge', import.meta.url));

/** Packages small enough to take in; the others are only loaded when they are needed. */
const INLINED = ['commander', 'ipaddr.js', 'picocolors'];
const isPackage = (id) => /^[^./\0]/.test(id) && !id.startsWith(dist);

const { BUNDLES, COMMANDS } = await import(join(dist, 'cli/registry.js'));
const { bundleOf, compileBundle, runBundle } = await import(join(dist, 'cli/bundle.js'));

/** The module that a bundle starts from: the program with the one of its commands that is asked for. */
function entryOf(name, later) {
  const path = (id) => JSON.stringify(join(dist, id));
  const commands = COMMANDS.filter(({ bundle }) => bundle === name);
  return [
    `import { commandOf } from ${path('cli/command-of.js')};`,
    `import { runProgram } from ${path('cli/program.js')};`,
    ...commands.map(({ module, register }) => `import { ${register} } from ${path(module)};`),
    ...later.map((id) => `import ${path(id)};`),
    `const REGISTERS = { ${commands.map(({ name, register }) => `${name}: ${register}`).join(', ')} };`,
    'export const run = (argv) => runProgram(argv, [REGISTERS[commandOf(argv)]]);',
  ].join('\n');
}

/** Makes a bundle: what its entry imports outright, and what that imports, goes into the first file. */
async function makeBundle(name, later) {
  const entry = `bundle-${name}`;
  const start = `\0${entry}`;
  const imports = new Map();
  function atOnce(from, found = new Set()) {
    if (found.has(from)) return found;
    found.add(from);
    for (const id of imports.get(from) ?? []) atOnce(id, found);
    return found;
  }
  let first;
  const bundle = await rolldown({
    input: { [entry]: start },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === start ? { id, moduleSideEffects: true } : null),
        load: (id) => (id === start ? entryOf(name, later) : null),
        moduleParsed: ({ id, importedIds }) => void imports.set(id, importedIds),
      },
    ],
    checks: { ineffectiveDynamicImport: false },
    platform: 'node',
    external: (id) => isPackage(id) && !id.startsWith(sep) && !INLINED.includes(id),
  });
  const { output } = await bundle.generate({
    format: 'cjs',
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    entryFileNames: '[name].cjs',
    chunkFileNames: `${entry}-[name].cjs`,
    codeSplitting: { groups: [{ name: 'first', test: (id) => (first ??= atOnce(start)).has(id) }] },
  });
  await bundle.close();
  const own = [...imports.keys()].filter((id) => id.startsWith(dist)).map((id) => relative(dist, id));
  writeFileSync(bundleOf(name).modules, own.sort().join('\n'));
  for (const { fileName, code } of output) writeFileSync(join(dist, fileName), ascii(code));
}

/** Beyond ASCII as escapes: Node reads such a file many times faster. */
const ascii = (code) => code.replace(/[^\x00-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Runs commands on a small sample first, so that the functions that they need are compiled, and keeps those. */
async function keepCompiled(name, ...commandLines) {
  const bundle = bundleOf(name);
  const script = compileBundle(bundle);
  const run = runBundle(bundle, script);
  for (const argv of commandLines) await run([...argv, '-o', '/dev/null']);
  writeFileSync(bundle.cache, script.createCachedData());
}

for (const [name, later] of Object.entries(BUNDLES)) await makeBundle(name, later);

const licenses = INLINED.map((name) => {
  const root = fileURLToPath(new URL(`../node_modules/${name}/`, import.meta.url));
  const file = readdirSync(root).find((one) => /^licen[cs]e/i.test(one));
  return `${name}\n\n${readFileSync(join(root, file), 'utf8').trim()}\n`;
});
writeFileSync(join(dist, 'bundles.licenses.txt'), licenses.join('\n---\n\n'));

await keepCompiled('trace', ['trace', '-s', host, '--from', 'web', '--to', '8.8.8.8:443']);
await keepCompiled(
  'most',
  ['matrix', '-s', host],
  ['audit', '-s', host, '--fail-on', 'none', '--format', 'text'],
  ['diff', host, '--what-if', 'iptables -F DOCKER'],
);
// what a gate would say of the sample is not what the build says
process.exitCode = 0;
const folder = mkdtempSync(join(tmpdir(), 'dtrace-bundle-'));
try {
  const capture = join(folder, 'sample.pcap');
  // large enough for the reader of large ones
  generate(capture, 2000, 200);
  await keepCompiled('flows', ['flows', '--pcap', `host:eth0=${capture}`]);
} finally {
  rmSync(folder, { recursive: true });
}
