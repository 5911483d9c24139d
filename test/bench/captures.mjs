/**
 * One million packets (about 290 MB): `flows` against `tcpdump -nn -q -r`, wall time and peak memory.
 * Run after a build: node test/bench/captures.mjs [connections]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from './million-packets.mjs';

const CONNECTIONS = Number(process.argv[2] ?? 20_000);
const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

function timed(command, args) {
  const start = performance.now();
  const { status, stderr } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  return { seconds: ((performance.now() - start) / 1000).toFixed(2), status, stderr };
}

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const file = join(folder, 'million.pcap');
  generate(file, 1_000_000, CONNECTIONS);
  const measure =
    'data:text/javascript,process.on("exit",()=>process.stderr.write(`peak ${Math.round(process.resourceUsage().maxRSS/1024)} MB`))';
  for (let run = 0; run < 3; run++) {
    const ours = timed(process.execPath, ['--import', measure, CLI, 'flows', '--pcap', `host:eth0=${file}`]);
    const theirs = timed('tcpdump', ['-nn', '-q', '-r', file]);
    process.stdout.write(`flows ${ours.seconds} s (${ours.stderr.trim()}), tcpdump ${theirs.seconds} s\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
