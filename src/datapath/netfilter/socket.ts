import { PROTO } from '../../model/packet.js';
import type { MatchContext } from './context.js';
import type { OracleQuery, Predicate } from '../../netfilter/index.js';

/** nf_sk_lookup_slow_v4: a socket that would take the packet; `nowildcard` counts those bound to all addresses too. */
export function matchSocket(predicate: Extract<Predicate, { op: 'socket' }>, { skb, ns, in: dev, ports }: MatchContext): boolean {
  const { packet } = skb;
  if (predicate.transparent || (packet.proto !== PROTO.TCP && packet.proto !== PROTO.UDP)) return false;
  ports?.lookedUp(packet.dport, ns.sockets.usedPorts);
  const socket = ns.sockets.listener(packet.proto === PROTO.TCP ? 'tcp' : 'udp', packet.dst, packet.dport, dev);
  return socket !== undefined && (predicate.nowildcard || socket.ip !== undefined);
}

/** nf_tproxy_sk_is_transparent: whether the program has set IP_TRANSPARENT on the socket, which `ss -tulpn` does not tell. */
export function isTransparent(port: number): OracleQuery {
  return {
    category: 'hidden',
    yes: 'transparent',
    no: 'plain',
    usual: true,
    detail: `whether the socket on port ${port} is transparent (IP_TRANSPARENT)`,
  };
}
