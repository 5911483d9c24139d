/**
 * npm run bench: everything that is said of speed, measured in one run beside what one would compare it with.
 * Options: --quick (a tenth of it), --only WORD (sections whose name holds it), --json FILE (bench.json).
 * As root it compares with iptables-restore too; programs that are not installed are named in their row.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { SECTIONS } from './sections.mjs';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    json: { type: 'string', default: 'bench.json' },
  },
});

const number = (value) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3));
const shown = (row, value) => (value === undefined ? '' : `${number(value)} ${row.unit}`);

/** How much better ours is: times are better the smaller, rates the larger. */
function ratio({ ours, theirs, unit }) {
  if (ours === undefined || theirs === undefined) return '';
  return `${(unit.startsWith('/') ? ours / theirs : theirs / ours).toFixed(2)}×`;
}

function print(rows) {
  const table = new Table({
    head: ['what', 'dtrace-path', 'MB', 'beside it', '', 'MB', 'better by', 'target'],
    style: { head: [], border: [] },
  });
  for (const row of rows)
    table.push([
      row.what,
      row.note ?? shown(row, row.ours),
      row.peak === undefined ? '' : String(Math.round(row.peak)),
      row.beside ?? '',
      shown(row, row.theirs),
      row.theirPeak === undefined ? '' : String(Math.round(row.theirPeak)),
      ratio(row),
      row.target ?? '',
    ]);
  process.stdout.write(`${table.toString()}\n`);
}

const folder = mkdtempSync(join(tmpdir(), 'dtrace-bench-'));
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const rows = [];
for (const [name, measure] of Object.entries(SECTIONS)) {
  if (!name.includes(values.only)) continue;
  process.stderr.write(`${name} …\n`);
  try {
    for await (const row of measure({ folder, quick: values.quick })) rows.push({ section: name, ...row });
  } catch (error) {
    rows.push({ section: name, what: name, note: error.message.split('\n')[0] });
  }
}
print(rows);
const machine = { node: process.version, processor: cpus()[0]?.model, cores: cpus().length, memory: Math.round(totalmem() / 2 ** 30) };
writeFileSync(values.json, `${JSON.stringify({ at: new Date().toISOString(), machine, quick: values.quick, rows }, undefined, 2)}\n`);
process.stderr.write(`written to ${values.json}\n`);
