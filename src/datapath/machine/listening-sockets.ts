import { familyOf, type Ip } from '../../address/ip.js';
import type { ListeningSocket } from '../../model/host.js';
import type { FlowProto } from '../../model/trace.js';
import { addTo, groupBy } from '../lists-by-key.js';

/** From so many sockets on one port on, they are looked up by address. */
const MANY_ON_ONE_PORT = 16;

/** The listening sockets of one namespace. */
export class ListeningSockets {
  private readonly byPort = { tcp: new Map<number, ListeningSocket[]>(), udp: new Map<number, ListeningSocket[]>() };
  /** The sockets of a port, by address, where they are many: one bound to an address takes precedence (compute_score). */
  private readonly crowds = new Map<readonly ListeningSocket[], ReadonlyMap<Ip | undefined, readonly ListeningSocket[]>>();
  private inUse: readonly number[] | undefined;

  constructor(private readonly sockets: readonly ListeningSocket[]) {
    for (const socket of sockets) addTo(this.byPort[socket.proto], socket.port, socket);
  }

  /** Every port that a socket listens on, in order. */
  get usedPorts(): readonly number[] {
    return (this.inUse ??= [...new Set(this.sockets.map((s) => s.port))].sort((a, b) => a - b));
  }

  /** @returns the sockets that listen on a port. */
  onPort(proto: FlowProto, port: number): readonly ListeningSocket[] {
    return proto === 'icmp' ? [] : (this.byPort[proto].get(port) ?? []);
  }

  /**
   * The socket that takes a first packet (__inet_lookup_listener, __udp4_lib_lookup and their IPv6 kin): the most
   * specific of those on the port.
   * @param dev the device it came in by, for sockets bound to one.
   */
  listener(proto: 'tcp' | 'udp', ip: Ip, port: number, dev: string): ListeningSocket | undefined {
    const onPort = this.byPort[proto].get(port);
    if (onPort === undefined) return undefined;
    if (onPort.length < MANY_ON_ONE_PORT) return bestOf(onPort, ip, dev);
    let byAddress = this.crowds.get(onPort);
    if (byAddress === undefined) this.crowds.set(onPort, (byAddress = groupBy(onPort, (socket) => socket.ip)));
    return bestOf(byAddress.get(ip) ?? [], ip, dev) ?? bestOf(byAddress.get(undefined) ?? [], ip, dev);
  }
}

function bestOf(sockets: readonly ListeningSocket[], ip: Ip, dev: string): ListeningSocket | undefined {
  let best: ListeningSocket | undefined;
  let bestScore = -1;
  for (const socket of sockets) {
    const score = scoreOf(socket, ip, dev);
    if (score > bestScore) {
      best = socket;
      bestScore = score;
    }
  }
  return best;
}

/** compute_score: -1 where the socket does not take the packet. */
function scoreOf(socket: ListeningSocket, ip: Ip, dev: string): number {
  const family = familyOf(ip);
  if (socket.dev !== undefined && socket.dev !== dev) return -1;
  if (socket.ip !== undefined && socket.ip !== ip) return -1;
  if (socket.family !== family && !(socket.family === 6 && family === 4 && socket.dualStack)) return -1;
  return (socket.ip === undefined ? 0 : 4) + (socket.dev === undefined ? 0 : 2) + (socket.family === family ? 1 : 0);
}
