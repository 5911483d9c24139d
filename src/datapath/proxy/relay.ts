import { isLoopback } from '../../address/ip.js';
import { keepsClient, reachesLoopback } from '../../inventory/index.js';
import type { ListeningSocket } from '../../model/host.js';
import { netnsFolder } from '../../model/netns.js';
import type { ConnectionAttempt, ProxiedConnection, Result } from '../connection/question.js';
import type { NetnsState } from '../machine/netns-state.js';
import { endpointText } from '../walk/packet-text.js';
import type { ProxyTarget } from './target.js';
import type { PortOfNetns } from '../reasons/ends.js';
import type { Reason } from '../reasons/reason.js';
import type { Walk } from '../walk/walk.js';

/** A connection that a program of a user's runtime took. */
export interface RelayedConnection {
  readonly first: Result;
  readonly proxy: ProxiedConnection & { readonly target: ProxyTarget };
  readonly process: string;
}

/** Tables by which a namespace may keep out what comes to its own sockets. */
const MAY_DROP = ['raw', 'mangle', 'filter', 'security'] as const;

function hasRules({ netns }: NetnsState): boolean {
  const saved = netns.rulesets.some(({ tables }) =>
    MAY_DROP.some((name) =>
      [...(tables.get(name)?.chains.values() ?? [])].some(({ rules, policy }) => rules.length > 0 || policy === 'DROP'),
    ),
  );
  return saved || (netns.nftables?.tables ?? []).some(({ chains }) => [...chains.values()].some(({ rules }) => rules.length > 0));
}

/** What becomes of it inside: a listener, nobody, or what is not known. */
type Inside =
  { readonly is: 'open'; readonly socket: ListeningSocket } | { readonly is: 'closed' } | { readonly is: 'unknown'; readonly what: string };

function inside(ns: NetnsState | undefined, home: string, process: string, { proto, port }: Pick<PortOfNetns, 'proto' | 'port'>): Inside {
  const lacks = { is: 'unknown', what: `is in ${netnsFolder(home)}/ss.txt, which the snapshot lacks` } as const;
  const listing = ns?.netns.sources.get('sockets');
  if (ns === undefined || listing === undefined) return lacks;
  if (hasRules(ns)) return { is: 'unknown', what: `is reached past the rules of ${home}, which are not followed for a relay` };
  const found = ns.netns.sockets.filter((one) => one.proto === proto && one.port === port);
  const socket = found.find((one) => !isLoopback(one.ip));
  if (socket !== undefined) return { is: 'open', socket };
  if (found.length > 0 && reachesLoopback(process))
    return { is: 'unknown', what: `is on the loopback device alone, which ${process} reaches for clients on the host itself` };
  if (listing.state === 'part') return { is: 'unknown', what: `is not told: ${listing.file} is known in part (${listing.why.join('; ')})` };
  return { is: 'closed' };
}

/** What the container takes for the client's address. */
function clientSeen(process: string): string {
  return keepsClient(process) ? '' : ", where the client's address is not seen";
}

/**
 * What becomes of a connection to a published port of a rootless container: the runtime's program on the host takes it and hands it on
 * inside the container's namespace (rootlesskit pkg/port, podman's rootlessport, pasta, slirp4netns). No route and no rule of the host
 * is met on the way.
 */
export function relayed(walk: Walk, plan: ConnectionAttempt, { first, proxy, process }: RelayedConnection): Result {
  const { target } = proxy;
  const name = target.container ?? '';
  const home = walk.machine.host.containers.find((one) => one.name === name)?.netns ?? name;
  const proto = plan.proto === 'udp' ? 'udp' : 'tcp';
  const door = { netns: home, proto, ip: target.ip, port: target.port } as const;
  const via = {
    process,
    whom: `${name} at ${endpointText(target.ip, target.port, false)}, in a network of its user's${clientSeen(process)}`,
  };
  const is = inside(walk.machine.namespaces.get(home), home, process, door);
  const since = ((): Reason => {
    if (is.is === 'open') return { kind: 'answered', socket: is.socket, netns: home };
    return is.is === 'closed' ? { kind: 'no-listener', ...door } : { kind: 'sockets-not-listed', what: is.what, ...door };
  })();
  if (is.is === 'unknown') return { ...first, outcome: 'unknown', reason: { kind: 'proxied', ...via, since } };
  if (is.is === 'open') {
    const answered = proxy.answerLater?.() ?? first;
    return { ...answered, reason: { kind: 'proxied', ...via, since: answered.outcome === 'connected' ? since : answered.reason } };
  }
  const vain = { kind: 'proxy-in-vain', ...via, since } as const;
  return proto === 'udp'
    ? { ...first, outcome: 'timeout', reason: { ...vain, ends: 'silent' } }
    : { ...first, reason: { ...vain, ends: 'closed' } };
}
