// Makes one file of what every trace loads, and keeps what V8 compiles of it. All else stays as the compiler wrote it.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const dist = process.argv[2] ?? fileURLToPath(new URL('../dist/', import.meta.url));
const entry = 'cli-trace';

/** Packages small enough to take in; the others are only loaded when they are needed. */
const INLINED = ['commander', 'ipaddr.js', 'picocolors'];
const isPackage = (id) => /^[^./\0]/.test(id) && !id.startsWith(dist);

/** What the entry imports outright, and what that imports. */
const imports = new Map();
function atOnce(from, found = new Set()) {
  if (found.has(from)) return found;
  found.add(from);
  for (const id of imports.get(from) ?? []) atOnce(id, found);
  return found;
}
let first;

const bundle = await rolldown({
  input: { [entry]: join(dist, `${entry}.js`) },
  plugins: [{ name: 'imports', moduleParsed: ({ id, importedIds }) => void imports.set(id, importedIds) }],
  checks: { ineffectiveDynamicImport: false },
  platform: 'node',
  external: (id) => isPackage(id) && !id.startsWith(sep) && !INLINED.includes(id),
});
const { output } = await bundle.generate({
  format: 'cjs',
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  entryFileNames: '[name].cjs',
  chunkFileNames: `${entry}-[name].cjs`,
  codeSplitting: { groups: [{ name: 'first', test: (id) => (first ??= atOnce(join(dist, `${entry}.js`))).has(id) }] },
});
await bundle.close();
// beyond ASCII as escapes: Node reads such a file many times faster
const ascii = (code) => code.replace(/[^\x00-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
for (const { fileName, code } of output) writeFileSync(join(dist, fileName), ascii(code));

const licenses = INLINED.map((name) => {
  const root = fileURLToPath(new URL(`../node_modules/${name}/`, import.meta.url));
  const file = readdirSync(root).find((one) => /^licen[cs]e/i.test(one));
  return `${name}\n\n${readFileSync(join(root, file), 'utf8').trim()}\n`;
});
writeFileSync(join(dist, `${entry}.licenses.txt`), licenses.join('\n---\n\n'));

// a trace of a small host first, so that the functions that one needs are compiled
const { BUNDLE, compileBundle, runBundle } = await import(join(dist, 'cli-bundle.js'));
const script = compileBundle();
const run = runBundle(script);
const sample = process.argv[3] ?? fileURLToPath(new URL('../fixtures/hosts/docker28-bridge', import.meta.url));
if (existsSync(sample)) await run(['trace', '-s', sample, '--from', 'web', '--to', '8.8.8.8:443', '-o', '/dev/null']);
writeFileSync(BUNDLE.cache, script.createCachedData());
