import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ownPath } from '../own-files.js';
import type { RootReply, RootRequest } from './agent/protocol.js';
import { fences, INSIDE, type Fence } from './fence.js';
import { lackingText, missingPrograms, searchPath } from './requirements.js';

/** The machine does not let us build a twin. The message says why and what would help. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A process that goes on inside the sandbox. */
export interface Running {
  write(data: string): void;
  stop(signal?: 'SIGTERM' | 'SIGKILL'): void;
  /** Resolves when it has ended. */
  readonly ended: Promise<number>;
}

export interface Listeners {
  readonly out?: (chunk: Buffer) => void;
  readonly err?: (text: string) => void;
}

/** A private world: namespaces of its own for networks, mounts, processes and users, and a root that cannot be written. Nothing of it outlives `close`. */
export interface Sandbox {
  run(argv: readonly string[], input?: string): Promise<Ran>;
  start(argv: readonly string[], listeners?: Listeners): Running;
  close(): Promise<void>;
}

export interface SandboxOptions {
  /** The compiled agent; only tests that run from source name another. */
  readonly agent?: string;
  /** Folders of the machine that are shown inside as well, read-only but for those in /tmp; only tests name any. */
  readonly shown?: readonly string[];
}

/** @returns the command line of the agent in a given role, as it is called inside. */
export function agentCommand(role: 'root' | 'station'): readonly string[] {
  return [INSIDE.node, INSIDE.agent, role];
}

class AgentSandbox implements Sandbox {
  private next = 1;
  private readonly waiting = new Map<number, (ran: Ran) => void>();
  private readonly running = new Map<number, Listeners & { readonly end: (code: number) => void }>();
  private readonly gone: Promise<void>;
  private alive = true;

  constructor(private readonly child: ChildProcess) {
    this.gone = new Promise((resolve) => {
      child.on('close', () => {
        this.alive = false;
        for (const settle of this.waiting.values()) settle({ code: -1, out: '', err: 'the sandbox has ended' });
        for (const { end } of this.running.values()) end(-1);
        resolve();
      });
    });
  }

  take(reply: RootReply): void {
    switch (reply.kind) {
      case 'ready':
        return;
      case 'ran':
        this.waiting.get(reply.id)?.(reply);
        this.waiting.delete(reply.id);
        return;
      case 'out':
        this.running.get(reply.id)?.out?.(Buffer.from(reply.data, 'base64'));
        return;
      case 'err':
        this.running.get(reply.id)?.err?.(reply.text);
        return;
      case 'end':
        this.running.get(reply.id)?.end(reply.code);
        this.running.delete(reply.id);
        return;
    }
  }

  run(argv: readonly string[], input?: string): Promise<Ran> {
    if (!this.alive) return Promise.resolve({ code: -1, out: '', err: 'the sandbox has ended' });
    const id = this.next++;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.send({ op: 'run', id, argv, ...(input !== undefined && { input }) });
    });
  }

  start(argv: readonly string[], listeners: Listeners = {}): Running {
    const id = this.next++;
    const ended = new Promise<number>((resolve) => {
      this.running.set(id, { ...listeners, end: resolve });
      if (!this.alive) resolve(-1);
    });
    this.send({ op: 'start', id, argv });
    return {
      write: (data) => this.send({ op: 'write', id, data }),
      stop: (signal = 'SIGTERM') => this.send({ op: 'kill', id, signal }),
      ended,
    };
  }

  close(): Promise<void> {
    this.child.stdin?.end();
    return this.gone;
  }

  private send(request: RootRequest): void {
    if (this.alive) this.child.stdin?.write(`${JSON.stringify(request)}\n`);
  }
}

function launch({ command }: Fence): Promise<Sandbox> {
  const [program, ...argv] = command;
  const env = { ...process.env, PATH: searchPath(), LC_ALL: 'C' };
  // a session of its own: Ctrl-C reaches us alone, and we end the sandbox
  const child = spawn(program, argv, { stdio: 'pipe', detached: true, env });
  child.stdin.on('error', () => undefined);
  const sandbox = new AgentSandbox(child);
  return new Promise((resolve, reject) => {
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
    child.on('error', (error) => reject(new SandboxError(`cannot start unshare (package util-linux): ${error.message}`)));
    child.on('close', () => reject(new SandboxError(refusal(words))));
    createInterface({ input: child.stdout }).on('line', (line) => {
      // the agent's lines are of the type it says
      const reply = JSON.parse(line) as RootReply;
      if (reply.kind === 'ready') resolve(sandbox);
      sandbox.take(reply);
    });
  });
}

/**
 * Opens a sandbox. Its first process ends when our end of the pipe is gone, however we end, and the kernel then ends
 * every process in it and frees its network namespaces (zap_pid_ns_processes, cleanup_net).
 * @throws SandboxError where the machine does not allow namespaces, or lacks a program.
 */
export async function openSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const missing = missingPrograms();
  if (missing.length > 0) throw new SandboxError(lackingText(missing));
  let refused: unknown;
  const { agent = ownPath('kernel/agent/main.js'), shown = [] } = options;
  const contents = { node: process.execPath, agent, shown, command: agentCommand('root') };
  for (const fence of fences(contents, process.getuid?.() === 0)) {
    try {
      return await launch(fence);
    } catch (error) {
      refused = error;
    }
  }
  throw refused;
}

function refusal(words: string): string {
  const said = words.trim().split('\n').pop() ?? '';
  const help =
    'run it as root, or allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0)';
  return `this machine does not let us make network namespaces (${said || 'unshare ended'}): ${help}`;
}
