// npm run executable [FILE]: the program, all packages that it needs and Node in one file, for hosts without Node (Node.js, "Single executable applications").
// What needs a native package, live capture, is not in it.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'postject';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = join(root, 'dist');
const file = resolve(process.argv[2] ?? join(dist, 'executable/dtrace-path'));

const START = '\0start';
/** Called with the agent's path as its first word, as `verify` does inside its sandbox, the executable is the agent. */
const START_CODE = `
import { run } from ${JSON.stringify(join(dist, 'cli/run.js'))};
import { INSIDE } from ${JSON.stringify(join(dist, 'kernel/fence.js'))};
if (process.argv[2] === INSIDE.agent) {
  process.argv.splice(2, 1);
  void import(${JSON.stringify(join(dist, 'kernel/agent/main.js'))});
} else void run(process.argv.slice(2));
`;

/** Packages that are looked for only where they are installed beside the program. */
const LEFT_OUT = ['cap', 'tinypool'];

/** The files that the program reads of its own (src/own-files.ts), by their paths from the program's folder. */
function ownFiles() {
  const rules = readdirSync(join(root, 'rules')).filter((name) => name.endsWith('.json'));
  const schemas = readdirSync(join(root, 'docs/schemas'));
  const beside = [
    'package.json',
    'CHANGELOG.md',
    ...rules.map((name) => `rules/${name}`),
    ...schemas.map((name) => `docs/schemas/${name}`),
  ].map((path) => [`../${path}`, join(root, path)]);
  const own = ['collect/collect.sh', 'kernel/agent/main.js', 'explorer/page.js', 'explorer/page.css'].map((path) => [
    path,
    join(dist, path),
  ]);
  return Object.fromEntries([...beside, ...own].map(([path, from]) => [path, readFileSync(from, 'utf8')]));
}

async function writeScript(to) {
  const bundle = await rolldown({
    input: START,
    plugins: [{ name: 'start', resolveId: (id) => (id === START ? id : null), load: (id) => (id === START ? START_CODE : null) }],
    platform: 'node',
    checks: { ineffectiveDynamicImport: false },
    external: LEFT_OUT,
  });
  await bundle.write({ file: to, format: 'cjs', codeSplitting: false, minify: { compress: true, mangle: { toplevel: false } } });
  await bundle.close();
}

const folder = mkdtempSync(join(tmpdir(), 'dtrace-path-executable-'));
try {
  const at = (name) => join(folder, name);
  await writeScript(at('program.cjs'));
  writeFileSync(at('own-files.json'), JSON.stringify(ownFiles()));
  const config = {
    main: at('program.cjs'),
    output: at('program.blob'),
    disableExperimentalSEAWarning: true,
    assets: { 'own-files.json': at('own-files.json') },
  };
  writeFileSync(at('config.json'), JSON.stringify(config));
  execFileSync(process.execPath, ['--experimental-sea-config', at('config.json')], { stdio: ['ignore', 'ignore', 'inherit'] });
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  copyFileSync(process.execPath, file);
  chmodSync(file, 0o755);
  // the mark that Node looks for in itself
  await inject(file, 'NODE_SEA_BLOB', readFileSync(at('program.blob')), { sentinelFuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2' });
} finally {
  rmSync(folder, { recursive: true });
}
process.stdout.write(`${file} (${Math.round(statSync(file).size / 1024 / 1024)} MiB, Node ${process.version})\n`);
