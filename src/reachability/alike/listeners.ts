import type { NetnsState } from '../../datapath/netns-state.js';
import type { ListeningSocket } from '../../model/host.js';

/** The listening sockets of namespaces, by protocol and port. */
export class Listeners {
  private readonly known = new Map<NetnsState, ReadonlyMap<string, readonly ListeningSocket[]>>();

  private byPort(ns: NetnsState): ReadonlyMap<string, readonly ListeningSocket[]> {
    const known = this.known.get(ns);
    if (known !== undefined) return known;
    const made = new Map<string, ListeningSocket[]>();
    for (const socket of ns.netns.sockets) {
      const key = `${socket.proto} ${socket.port}`;
      const list = made.get(key);
      if (list === undefined) made.set(key, [socket]);
      else list.push(socket);
    }
    this.known.set(ns, made);
    return made;
  }

  /** @returns the sockets of a namespace that listen on a port. */
  of(ns: NetnsState, proto: string, port: number): readonly ListeningSocket[] {
    return this.byPort(ns).get(`${proto} ${port}`) ?? [];
  }
}
