import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { CommandName, Given } from './attack.js';

const CLI = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

/** What a command with a process of its own did. */
export interface Said {
  readonly format: string;
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Calls of the six tools, and of none that there is. */
const CALLS: readonly (readonly [tool: string, args: object])[] = [
  ['trace', { from: 'host', to: '198.51.100.1', port: 80 }],
  ['matrix', {}],
  ['explain', { what: 'eth0' }],
  ['audit', {}],
  ['check', { policy: 'version: 1\nassertions:\n  - name: none\n    deny: { from: outside, to: host }\n' }],
  ['what_if', { commands: ['iptables -P FORWARD ACCEPT'] }],
  ['__proto__', {}],
];

const rpc = (id: number, method: string, params: object): string => `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
const STARTS = rpc(0, 'initialize', { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 't', version: '0' } });

/** Asks the server of a snapshot for everything, one after the other, and ends its input when all is answered. */
async function mcp({ snapshot }: Given, { cwd, env }: Place): Promise<readonly Said[]> {
  const child = spawn(process.execPath, [CLI, 'mcp', snapshot], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const [lines, errors]: [string[], string[]] = [[], []];
  child.stderr.on('data', (chunk: Buffer) => void errors.push(chunk.toString()));
  child.stdin.on('error', () => undefined);
  child.stdin.write(STARTS + CALLS.map(([name, args], i) => rpc(i + 1, 'tools/call', { name, arguments: args })).join(''));
  const closed = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
  for await (const line of createInterface({ input: child.stdout })) if (lines.push(line) > CALLS.length) child.stdin.end();
  return [{ format: 'ndjson', status: await closed, stdout: lines.map((line) => `${line}\n`).join(''), stderr: errors.join('') }];
}

/** Rebuilds the host, where the machine lets us, by the programs of the machine. */
function verify({ snapshot }: Given, { cwd, env }: Place): Promise<readonly Said[]> {
  const said = ['text', 'json'].map((format) => {
    const argv = [CLI, 'verify', snapshot, '--from', 'host', '--to', '127.0.0.1', '--format', format];
    const path = process.env['PATH'] ?? '';
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd, env: { ...env, PATH: path }, encoding: 'utf8', input: '' });
    return { format: status === 2 ? 'text' : format, status: status ?? -1, stdout, stderr };
  });
  return Promise.resolve(said);
}

/**
 * Commands that talk on standard input, or start programs: each is tried in a process of its own. `collect` asks no snapshot, but programs: what they
 * may print is tried in test/collect.
 */
export const OWN_PROCESS: Partial<Readonly<Record<CommandName, (given: Given, place: Place) => Promise<readonly Said[]>>>> = {
  mcp,
  verify,
  collect: () => Promise.resolve([]),
};
