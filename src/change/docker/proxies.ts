import { familyOf, type Ip } from '../../address/ip.js';
import { PROXY } from '../../inventory/index.js';
import type { Host, ListeningSocket, PublishedPort } from '../../model/host.js';
import { HOST_NETNS } from '../../model/netns.js';
import { withNetns, type Change } from '../change.js';
import type { EngineStyle } from './style.js';

/** What docker-proxy listens on for published ports. */
function proxies(change: Change, ports: readonly PublishedPort[]): readonly ListeningSocket[] {
  return ports.flatMap(({ proto, hostPort, hostIp, family }): readonly ListeningSocket[] => {
    if (proto === 'sctp') return [];
    const base = { proto, dualStack: false, port: hostPort, process: PROXY, origin: change.origin };
    if (hostIp !== undefined) return [{ ...base, family: familyOf(hostIp), ip: hostIp }];
    return ([4, 6] as const).filter((one) => family === undefined || family === one).map((one) => ({ ...base, family: one }));
  });
}

/** Starts docker-proxy for published ports, where this Engine does. */
export function withProxies(host: Host, change: Change, ports: readonly PublishedPort[], { proxy }: EngineStyle): Host {
  return proxy ? withNetns(host, HOST_NETNS, (netns) => ({ ...netns, sockets: [...netns.sockets, ...proxies(change, ports)] })) : host;
}

/**
 * Ends what docker-proxy, or dockerd itself, holds open for published ports.
 * @param own addresses of the container that they lead to.
 */
export function withoutProxies(host: Host, published: readonly PublishedPort[], own: ReadonlySet<Ip>): Host {
  const isOwn = (proto: string, port: number): boolean => published.some((p) => p.proto === proto && p.hostPort === port);
  return withNetns(host, HOST_NETNS, (netns) => ({
    ...netns,
    sockets: netns.sockets.filter(
      (s) =>
        s.process === undefined ||
        !/^docker(?:-pr|d$)/.test(s.process) ||
        !(s.proxy === undefined ? isOwn(s.proto, s.port) : own.has(s.proxy.ip)),
    ),
  }));
}
