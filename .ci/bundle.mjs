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

/** Importing a module of ours does nothing but make its names known: what a face offers and nobody asks for stays out. */
const optionsOf = (name, later, plugin) => {
  const start = `\0bundle-${name}`;
  const wanted = new Set([start, ...later.map((id) => join(dist, id))]);
  return {
    input: { [`bundle-${name}`]: start },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === start ? { id, moduleSideEffects: true } : null),
        load: (id) => (id === start ? entryOf(name, later) : null),
        ...plugin,
      },
    ],
    treeshake: { moduleSideEffects: (id) => wanted.has(id) || !id.startsWith(dist) },
    checks: { ineffectiveDynamicImport: false },
    platform: 'node',
    external: (id) => isPackage(id) && !id.startsWith(sep) && !INLINED.includes(id),
  };
};

/** @returns the modules that the start of a bundle needs, without those that a command loads while it runs. */
async function neededAtOnce(name, later) {
  const bundle = await rolldown(optionsOf(name, later, { resolveDynamicImport: (id) => ({ id: String(id), external: true }) }));
  const { output } = await bundle.generate({ format: 'cjs', codeSplitting: false });
  await bundle.close();
  return new Set(output.flatMap(({ modules }) => Object.keys(modules ?? {})));
}

/** Makes a bundle: what its entry needs at once goes into the first file. */
async function makeBundle(name, later) {
  const entry = `bundle-${name}`;
  const first = await neededAtOnce(name, later);
  const own = new Set();
  const bundle = await rolldown(
    optionsOf(name, later, { moduleParsed: ({ id }) => void (id.startsWith(dist) && own.add(relative(dist, id))) }),
  );
  const { output } = await bundle.generate({
    format: 'cjs',
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    entryFileNames: '[name].cjs',
    chunkFileNames: `${entry}-[name].cjs`,
    codeSplitting: { groups: [{ name: 'first', test: (id) => first.has(id) }] },
  });
  await bundle.close();
  writeFileSync(bundleOf(name).modules, [...own].sort().join('\n'));
  for (const { fileName, code } of output) writeFileSync(join(dist, fileName), ascii(code));
}

/** Beyond ASCII as escapes: Node reads such a file many times faster. */
const ascii = (code) => code.replace(/[^\x00-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Runs commands on a small sample first, so that the functions that they need are compiled, and keeps those. */
async function keepCompiled(name, ...commandLines) {
  const bundle = bundleOf(name);
  const script = compileBundle(bundle);
  const run = runBundle(bundle, script);
  const { write } = process.stderr;
  // what a gate would say of the sample is not what the build says
  process.stderr.write = () => true;
  for (const argv of commandLines) await run([...argv, '-o', '/dev/null']);
  process.stderr.write = write;
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
// nor is its exit code
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
