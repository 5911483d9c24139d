import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { readRequests, reply } from './lines.js';
import type { RootReply, RootRequest } from './protocol.js';

const started = new Map<number, ChildProcessWithoutNullStreams>();

function tell(message: RootReply): void {
  reply(message);
}

function launch(argv: readonly string[]): ChildProcessWithoutNullStreams {
  const child = spawn(argv[0] ?? '', argv.slice(1), { stdio: 'pipe' });
  child.stdin.on('error', () => undefined);
  return child;
}

function run(id: number, argv: readonly string[], input: string | undefined): void {
  const child = launch(argv);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.on('error', (error) => tell({ kind: 'ran', id, code: -1, out: '', err: error.message }));
  child.on('close', (code) => {
    if (child.pid !== undefined)
      tell({ kind: 'ran', id, code: code ?? -1, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() });
  });
  child.stdin.end(input ?? '');
}

function start(id: number, argv: readonly string[]): void {
  const child = launch(argv);
  started.set(id, child);
  child.stdout.on('data', (chunk: Buffer) => tell({ kind: 'out', id, data: chunk.toString('base64') }));
  child.stderr.on('data', (chunk: Buffer) => tell({ kind: 'err', id, text: chunk.toString() }));
  child.on('error', (error) => tell({ kind: 'err', id, text: error.message }));
  child.on('close', (code) => {
    started.delete(id);
    tell({ kind: 'end', id, code: code ?? -1 });
  });
}

/**
 * Runs as the first process of the sandbox: starts commands and passes their output on. When standard input ends, it
 * ends, and the kernel ends everything in its process namespace with it.
 */
export function serveRoot(): void {
  readRequests<RootRequest>((request) => {
    switch (request.op) {
      case 'run':
        return run(request.id, request.argv, request.input);
      case 'start':
        return start(request.id, request.argv);
      case 'write':
        started.get(request.id)?.stdin.write(request.data);
        return;
      case 'kill':
        started.get(request.id)?.kill(request.signal);
        return;
    }
  });
  tell({ kind: 'ready' });
}
