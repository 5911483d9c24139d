import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { arena } from './arena.js';
import type { Attack, Given } from './attack.js';
import { FIXTURES, writtenFile } from './attacks/base.js';
import { linesOf, type Line } from './lines.js';
import { OWN_PROCESS } from './own-process.js';

const DRIVER = fileURLToPath(new URL('./driver.mjs', import.meta.url));

/** What one command line of an attack did. */
export interface Told extends Line {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What it threw, where it did. */
  readonly crash?: string;
  /** Programs that it started. */
  readonly started: readonly string[];
}

/** What all command lines of an attack did. */
export interface Round {
  readonly told: readonly Told[];
  /** What ran, was written elsewhere, or is gone. */
  readonly faults: readonly string[];
  /** Texts of what was written where it may be, by name. */
  readonly written: ReadonlyMap<string, string>;
  readonly peakMiB: number;
  readonly seconds: number;
  /** The line under which it was ended; absent where all of them ended. */
  readonly hangs?: string;
}

const POLICY = 'version: 1\nassertions:\n  - name: none\n    deny: { from: outside, to: host }\n';
const FLOW = '{"id":"1","from":"host","to":"198.51.100.1","proto":"tcp","dport":80}\n';
const COMPOSE = 'services:\n  web:\n    image: nginx\n    ports: ["18080:80"]\n';

/** What is given where an attack puts nothing in its place. */
function harmless(folder: string, out: string): Given {
  writtenFile(folder, 'rules/none.txt', '');
  return {
    snapshot: join(FIXTURES, 'hosts/docker28-bridge'),
    policy: writtenFile(folder, 'policy.yaml', POLICY),
    rules: join(folder, 'rules'),
    config: writtenFile(folder, 'config.yaml', 'audit: { suppress: [] }\n'),
    flows: writtenFile(folder, 'flows.ndjson', FLOW),
    pcap: join(FIXTURES, 'captures/docker20/flows/web-out-ping/host.pcap'),
    compose: writtenFile(folder, 'compose.yaml', COMPOSE),
    out,
  };
}

function textsBelow(folder: string): readonly (readonly [string, string])[] {
  return readdirSync(folder).flatMap((name): readonly (readonly [string, string])[] => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? textsBelow(path) : [[name, readFileSync(path, 'utf8')]];
  });
}

/** Runs the driver over command lines; it is ended where one of them does not end. */
function driven(lines: readonly Line[], cwd: string, env: Readonly<Record<string, string>>, limitMs: number): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [DRIVER], { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.stdout.on('data', (chunk: Buffer) => void chunks.push(chunk));
    child.on('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks).toString().split('\n').slice(0, -1));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(lines.map(({ argv }) => argv)));
  });
}

/** So long may all commands take over one attack, together: what has no end is ended by it, and nothing else depends on a clock. */
const LIMIT_MS = 540_000;

/** What the commands with a process of their own did. */
async function ownProcesses(
  given: Given,
  place: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<readonly Told[]> {
  const said: Told[] = [];
  for (const [command, ask] of Object.entries(OWN_PROCESS))
    for (const one of await ask(given, place)) said.push({ ...one, command, argv: [command, given.snapshot], started: [] });
  return said;
}

/** Writes an attack and lets every command in every format meet it. */
export async function met(attack: Attack): Promise<Round> {
  const place = arena();
  try {
    const usual = harmless(join(place.root, 'home'), place.out);
    const given = { ...usual, ...(await attack.make(place.given)) };
    const lines = await linesOf(given, attack);
    place.ready();
    const began = Date.now();
    const printed = await driven(lines, place.cwd, place.env, LIMIT_MS);
    const results = printed.map((line) => JSON.parse(line) as Omit<Told, keyof Line> & { readonly peakKiB?: number });
    const told = results.slice(0, lines.length).map((one, i) => ({ ...one, ...lines[i]! }));
    const next = lines[told.length];
    const others = attack.readBy !== undefined ? [] : await ownProcesses(given, { cwd: place.cwd, env: place.env });
    return {
      told: [...told, ...others],
      faults: place.faults(),
      written: new Map(textsBelow(place.out)),
      peakMiB: Math.round((results.at(-1)?.peakKiB ?? 0) / 1024),
      seconds: (Date.now() - began) / 1000,
      ...(next === undefined ? {} : { hangs: next.argv.join(' ') }),
    };
  } finally {
    place.remove();
  }
}
