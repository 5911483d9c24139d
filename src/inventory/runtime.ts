import type { Container } from '../model/host.js';

/**
 * What a program of a container runtime does with a port of the host that it is bound to:
 * `proxy`: takes what comes and dials the container from the host's own namespace; `relay`: takes what comes and hands it on inside a
 * namespace of a user's, to which no route and no rule of the host leads; `holder`: binds a published port so that nobody else does,
 * and answers nobody; `forwarder`: takes what comes and dials a container that its configuration alone names.
 */
export type Duty = 'proxy' | 'relay' | 'holder' | 'forwarder';

/** A container runtime, as far as its programs are seen among the host's listeners. */
export interface Runtime {
  readonly name: string;
  /**
   * @param process as a listing shows it: `ss` cuts a name after 15 characters, `netstat` and `lsof` sooner.
   * @returns what the program does with ports that containers publish; undefined where it is none of the runtime's.
   */
  readonly dutyOf: (process: string) => Duty | undefined;
  /** Whether a program is one that root starts, with root's group. */
  readonly runsAsRoot: (process: string) => boolean;
  /** Whether its daemon answers on a port of itself, as it is set up everywhere. */
  readonly serves: (proto: string, port: number) => boolean;
  /** Who is bound to a port that one of its containers publishes, where no listing names the process; undefined where rules alone publish it. */
  readonly binds: (container: Container) => { readonly duty: Duty; readonly process: string } | undefined;
}

/** @returns whether a listing's name of a process is a program's, whole, cut, or with what follows it. */
export function isNamed(process: string, program: string, shortest: number): boolean {
  return process.startsWith(program) || (process.length >= shortest && program.startsWith(process));
}
