import type { Container, Host, ListeningSocket, PublishedPort } from '../model/host.js';
import { HOST_NETNS, isHostNetns } from '../model/netns.js';
import { docker } from './docker.js';
import { incus } from './incus.js';
import { kubernetes } from './kubernetes.js';
import { nerdctl } from './nerdctl.js';
import { podman } from './podman.js';
import { rootlesskit } from './rootlesskit.js';
import type { Duty, Runtime } from './runtime.js';

/** Every runtime that is known; another one is another file. */
const RUNTIMES: readonly Runtime[] = [docker, podman, rootlesskit, nerdctl, incus, kubernetes];

const runtimeOf = ({ runtime }: Container): Runtime => RUNTIMES.find(({ name }) => name === runtime) ?? docker;

/** @returns whether a listener's process is a runtime's, which root starts. */
export function runsAsRoot(process: string): boolean {
  return RUNTIMES.some((runtime) => runtime.runsAsRoot(process));
}

/** @returns whether a daemon answers on a port of itself. */
function servesItself({ proto, port }: ListeningSocket): boolean {
  return RUNTIMES.some((runtime) => runtime.serves(proto, port));
}

/** A running container and what it publishes on one port of the host. */
export interface Publisher {
  readonly container: Container;
  readonly port: PublishedPort;
}

/** A listener of the host that is there for containers. */
export interface StandIn {
  readonly duty: Duty;
  readonly process: string;
  /** For whom: empty where no container that the snapshot shows publishes the port. */
  readonly publishers: readonly Publisher[];
}

function fits({ hostIp }: PublishedPort, { ip }: ListeningSocket): boolean {
  return hostIp === undefined || ip === undefined || hostIp === ip;
}

/** Tells which listeners of a host stand in for containers. */
export class StandIns {
  private readonly published = new Map<string, Publisher[]>();
  private readonly known = new Map<ListeningSocket, StandIn | undefined>();

  private readonly own: ReadonlySet<ListeningSocket>;

  constructor({ containers, netns }: Pick<Host, 'containers' | 'netns'>) {
    this.own = new Set(netns.get(HOST_NETNS)?.sockets);
    // a container on the host's network publishes nothing: it listens there itself
    for (const container of containers.filter((c) => c.running && !isHostNetns(c.netns)))
      for (const port of container.published) {
        const key = `${port.proto} ${port.hostPort}`;
        const there = this.published.get(key);
        if (there === undefined) this.published.set(key, [{ container, port }]);
        else there.push({ container, port });
      }
  }

  /** Who publishes the address and port of a socket: on the host, and nowhere else. */
  private publishers(socket: ListeningSocket): readonly Publisher[] {
    if (!this.own.has(socket)) return [];
    return (this.published.get(`${socket.proto} ${socket.port}`) ?? []).filter(({ port }) => fits(port, socket));
  }

  /**
   * @returns what it stands in for; undefined where it is a service of its owner. A socket without a name on a published port is
   *   taken for the program by which its container's runtime binds it; a runtime's daemon on a port that nobody publishes serves itself.
   */
  of(socket: ListeningSocket): StandIn | undefined {
    if (!this.known.has(socket)) this.known.set(socket, this.find(socket));
    return this.known.get(socket);
  }

  /** @returns whether a socket is a daemon's that holds published ports, on a port of which nothing else tells that it serves it itself. */
  mayHold({ process, proto, port }: ListeningSocket): boolean {
    return process !== undefined && RUNTIMES.some((runtime) => runtime.dutyOf(process) === 'holder' && !runtime.serves(proto, port));
  }

  private find(socket: ListeningSocket): StandIn | undefined {
    const publishers = this.publishers(socket);
    const { process } = socket;
    if (process === undefined) {
      const [publisher] = publishers;
      const binds = publisher === undefined ? undefined : runtimeOf(publisher.container).binds(publisher.container);
      return binds === undefined ? undefined : { ...binds, publishers };
    }
    const duty = RUNTIMES.flatMap((runtime) => runtime.dutyOf(process) ?? [])[0];
    if (duty === undefined || (duty === 'holder' && publishers.length === 0)) return undefined;
    // of a daemon that forwards by helpers of its own name, its own port is a service
    if (duty === 'forwarder' && servesItself(socket)) return undefined;
    return { duty, process, publishers };
  }

  /** @returns whether a socket is there for a published port: that port is the service, not the socket. */
  coversPublished(socket: ListeningSocket): boolean {
    return (this.of(socket)?.publishers.length ?? 0) > 0;
  }
}

const ofHost = new WeakMap<Host, StandIns>();

/** @returns the stand-ins of a host, found once. */
export function standInsOf(host: Host): StandIns {
  let standIns = ofHost.get(host);
  if (standIns === undefined) ofHost.set(host, (standIns = new StandIns(host)));
  return standIns;
}
