import type { Family } from '../../address/ip.js';
import type { ListeningSocket } from '../../model/host.js';
import type { Unshown } from '../../model/listing.js';
import { PROTO } from '../../model/packet.js';
import { sendAnswer, sendRefusal } from './answer.js';
import type { Tuple } from '../conntrack/entry.js';
import type { Fate, Refusal } from '../walk/fate.js';
import type { NetnsState } from '../machine/netns-state.js';
import { openerOf } from './opener.js';
import { answersFromAsked, holderOf, holding, proxyTarget } from '../proxy/proxy.js';
import { listenerText } from '../reasons/ends.js';
import { causeOf, wordsOf } from '../reasons/reason.js';
import { maybeTakenByIpvs, takenByIpvs, virtualPorts } from './virtual-servers.js';
import { MissingListing } from '../walk/missing-listing.js';
import type { Skb } from '../walk/skb.js';
import type { Walk } from '../walk/walk.js';
import { resultOf, type ConnectionAttempt, type Result } from './question.js';
import { backOf, reaches } from './way-back.js';

type Local = Extract<Fate, { kind: 'local' }>;

/** Whether docker-proxy answers from the address that was asked: each side is told where its version is not, of datagrams, as a stream has one address. */
function answersAsAsked(walk: Walk, { proto }: ConnectionAttempt, { origin }: ListeningSocket): boolean {
  const known = answersFromAsked(walk.machine);
  if (known !== undefined || proto !== 'udp') return known === true;
  const detail =
    'from which address docker-proxy answers a datagram: of Engine 28 and later from the one that was asked; `docker version` would show which it is';
  return walk.askOnce('docker-proxy answers', { category: 'missing', yes: 'engine=28', no: 'engine=27', usual: true, detail }, origin);
}

/** The packet reached a namespace's transport layer: somebody takes it, or nobody does. */
export function delivered(walk: Walk, question: ConnectionAttempt, fate: Extract<Fate, { kind: 'local' }>, sent: Tuple): Result {
  const { ns, skb, dev } = fate;
  if (question.proto === 'icmp') return echo(walk, question, fate, sent);
  const { virtualServers } = ns.netns;
  if (virtualServers !== undefined) walk.ports?.lookedUp(skb.packet.dport, virtualPorts(virtualServers));
  const virtual = takenByIpvs(ns, skb);
  if (virtual !== undefined) return resultOf('unknown', { kind: 'ipvs', what: virtual.why }, sent, virtual.origin);
  const at = skb.tproxy ?? { ip: skb.packet.dst, port: skb.packet.dport };
  walk.ports?.lookedUp(at.port, ns.sockets.usedPorts);
  const socket = ns.sockets.listener(question.proto, at.ip, at.port, dev);
  if (socket === undefined) return closedPort(walk, question, fate, sent);
  noteBothFamilies(walk, socket, skb.packet.family);
  const target = proxyTarget(walk.machine, socket);
  walk.step(ns, skb, { kind: 'deliver', socket: `${socket.proto} ${socket.port}`, text: listenerText(socket), origin: socket.origin });
  const reason = { kind: 'answered', socket, netns: ns.name } as const;
  const answerNow = (): Result => {
    const bound = socket.ip !== undefined || (target !== undefined && answersAsAsked(walk, question, socket));
    const answer = sendAnswer(walk, ns, skb, dev, { bound, opener: openerOf(walk.machine, socket) });
    return reaches(question.client, answer, sent) ? resultOf('connected', reason, sent, socket.origin) : backOf(answer, sent);
  };
  const duty = holding(walk.machine, socket);
  if (typeof duty === 'object') {
    const { file, command } = duty.lacks;
    return resultOf('unknown', { kind: 'holder-not-listed', socket, netns: ns.name, file, command }, sent, socket.origin);
  }
  if (duty === 'holds') {
    const held = { kind: 'port-held', process: holderOf(walk.machine, socket), proto: socket.proto, port: socket.port } as const;
    return resultOf('timeout', held, sent, socket.origin);
  }
  if (target === undefined) return answerNow();
  if (question.proto === 'udp')
    return { ...resultOf('timeout', reason, sent, socket.origin), proxy: { ns, socket, target, answerLater: answerNow } };
  const first = answerNow();
  return first.outcome === 'connected' ? { ...first, proxy: { ns, socket, target } } : first;
}

function echo(walk: Walk, question: ConnectionAttempt, { ns, skb, dev }: Extract<Fate, { kind: 'local' }>, sent: Tuple): Result {
  walk.step(ns, skb, { kind: 'deliver', socket: 'icmp', text: `${ns.name} takes the echo request` });
  const name = skb.packet.family === 4 ? 'net.ipv4.icmp_echo_ignore_all' : 'net.ipv6.icmp.echo_ignore_all';
  if (walk.seldom(ns, name) !== 0) return resultOf('timeout', { kind: 'echo-ignored', netns: ns.name, setting: name }, sent);
  const answer = sendAnswer(walk, ns, skb, dev, { bound: true });
  if (!reaches(question.client, answer, sent)) return backOf(answer, sent);
  return resultOf('connected', { kind: 'echo-answered', netns: ns.name }, sent);
}

/** `:::80` of a listing that does not tell whether IPv4 is taken as well (ipv6_only_sock). */
function noteBothFamilies(walk: Walk, { proto, port, family, bothTaken, origin }: ListeningSocket, asked: Family): void {
  if (bothTaken !== true || family === asked) return;
  const detail = `the socket at [::]:${port}/${proto} is taken to serve IPv4 as well, as it does unless its program says otherwise: ${origin.file} does not show which, \`ss -tulpn\` does`;
  walk.assumptions.push({ category: 'missing', choice: 'missing=sockets=both-families', detail, origin, given: false });
}

/** Why it is open whether something listens; undefined where the whole listing was seen. */
function socketsUnknown(ns: NetnsState, proto: 'tcp' | 'udp', family: Family): string | undefined {
  const file = `${ns.directory}/ss.txt`;
  const listing = ns.netns.sources.get('sockets');
  if (listing === undefined) return `is in ${file}, which the snapshot lacks`;
  const other = proto === 'tcp' ? 'udp' : 'tcp';
  // `ss -tln` is all there is to know of TCP, and `ss -6` of IPv6; a socket of IPv6 may take IPv4 as well, which `ss -4` does not show
  const ofNoUse: readonly Unshown[] = family === 6 ? [other, 'ipv4'] : [other];
  const unshown = listing.unshown ?? [];
  if (listing.unread === 0 && unshown.length === listing.why.length && unshown.every((what) => ofNoUse.includes(what))) return undefined;
  return listing.state === 'part' ? `is not told: ${listing.file} is known in part (${listing.why.join('; ')})` : undefined;
}

/**
 * Whether something listens is not told: where neither an answer nor a refusal comes back, it makes no difference.
 * @returns undefined where one of them arrives, or may.
 */
function lostEitherWay(walk: Walk, question: ConnectionAttempt, { ns, skb, dev }: Local, sent: Tuple): Result | undefined {
  const before = new Set(walk.missing);
  const arrives = (fate: Fate | undefined): boolean =>
    fate?.kind === 'missing' || (fate !== undefined && reaches(question.client, fate, sent));
  const answer = (): Fate => sendAnswer(walk, ns, skb, dev, { bound: false });
  const refuse = (): Fate | undefined => sendRefusal(walk, ns, skb, dev, refusalOf(skb), false);
  const probe = (): boolean => [answer, refuse].some((send) => arrives(walk.quietly(send)));
  if (walk.oracle.unasked(() => probing(probe)) === false) return backOf(answer(), sent);
  for (const one of walk.missing) if (!before.has(one)) walk.missing.delete(one);
  return undefined;
}

/** @returns true where a listing that is not there would tell. */
function probing(probe: () => boolean): boolean {
  try {
    return probe();
  } catch (error) {
    if (error instanceof MissingListing) return true;
    throw error;
  }
}

/** What the kernel says for a port that nobody listens on. */
function refusalOf({ packet }: Skb): Refusal {
  if (packet.proto === PROTO.TCP) return 'tcp-reset';
  return packet.family === 4 ? 'icmp-port-unreachable' : 'icmp6-port-unreachable';
}

function closedPort(walk: Walk, question: ConnectionAttempt, fate: Local, sent: Tuple): Result {
  const { ns, skb, dev } = fate;
  const { packet } = skb;
  const proto = packet.proto === PROTO.TCP ? 'tcp' : 'udp';
  const door = { netns: ns.name, proto, ip: packet.dst, port: packet.dport } as const;
  const virtual = maybeTakenByIpvs(ns);
  if (virtual !== undefined) return resultOf('unknown', { kind: 'ipvs', what: virtual.why, closed: door }, sent, virtual.origin);
  const open = socketsUnknown(ns, proto, packet.family);
  if (open !== undefined)
    return lostEitherWay(walk, question, fate, sent) ?? resultOf('unknown', { kind: 'sockets-not-listed', what: open, ...door }, sent);
  const listing = ns.netns.sources.get('sockets');
  if (listing?.blank === true) walk.missing.add(`${listing.file} is empty: nothing is taken to listen in ${ns.name}`);
  const closed = { kind: 'no-listener', ...door } as const;
  walk.step(ns, skb, { kind: 'error', what: 'no listener', text: wordsOf(closed), cause: causeOf(closed) });
  const answer = sendRefusal(walk, ns, skb, dev, refusalOf(skb), false);
  if (answer === undefined || !reaches(question.client, answer, sent)) return backOf(answer, sent);
  return resultOf('refused', closed, sent);
}
