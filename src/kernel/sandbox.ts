import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RootReply, RootRequest } from './agent/protocol.js';
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

/** A private world: its own network, mount and process namespaces, and its own /run. Nothing of it outlives `close`. */
export interface Sandbox {
  run(argv: readonly string[], input?: string): Promise<Ran>;
  start(argv: readonly string[], listeners?: Listeners): Running;
  close(): Promise<void>;
}

export interface SandboxOptions {
  /** The compiled agent; only tests that run from source name another. */
  readonly agent?: string;
}

const BUILT_AGENT = fileURLToPath(new URL('./agent/main.js', import.meta.url));

// /run is covered so that `ip netns`, the xtables lock and ours do not meet the machine's
const SETUP = 'mount -t tmpfs none /run && mkdir /run/netns && ip link set lo up && exec "$@"';

const NAMESPACES = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private'] as const;
/** All capabilities, but not as root: tcpdump, run by root, insists on giving them up (droproot). */
const OWN_USERS = ['--user', '--map-user=1000', '--map-group=1000', '--keep-caps'] as const;

/** @returns the `unshare` options to try: root needs no user namespace, unless its own lacks the capability. */
function unshareOptions(): readonly (readonly string[])[] {
  const withUsers = [...OWN_USERS, ...NAMESPACES];
  return process.getuid?.() === 0 ? [NAMESPACES, withUsers] : [withUsers];
}

/** @returns the command line of the agent in a given role. */
export function agentCommand(role: 'root' | 'station', options: SandboxOptions): readonly string[] {
  return [process.execPath, options.agent ?? BUILT_AGENT, role];
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

function launch(unshare: readonly string[], options: SandboxOptions): Promise<Sandbox> {
  const argv = [...unshare, 'sh', '-c', SETUP, 'sh', ...agentCommand('root', options)];
  const env = { ...process.env, PATH: searchPath(), LC_ALL: 'C' };
  // a session of its own: Ctrl-C reaches us alone, and we end the sandbox
  const child = spawn('unshare', argv, { stdio: 'pipe', detached: true, env });
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
  for (const unshare of unshareOptions()) {
    try {
      return await launch(unshare, options);
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
