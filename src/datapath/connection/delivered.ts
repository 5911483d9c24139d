import { formatIp } from '../../address/ip.js';
import type { ListeningSocket } from '../../model/host.js';
import { PROTO } from '../../model/packet.js';
import { sendAnswer, sendRefusal } from '../answer.js';
import type { Tuple } from '../conntrack.js';
import type { Fate } from '../fate.js';
import type { NetnsState } from '../netns-state.js';
import { answersFromAsked, holding, proxyTarget } from '../proxy.js';
import { maybeTakenByIpvs, takenByIpvs } from '../virtual-servers.js';
import type { Walk } from '../walk.js';
import { resultOf, type Question, type Result } from './question.js';
import { backOf, reaches } from './way-back.js';

function listenerText(socket: ListeningSocket): string {
  const at = socket.ip === undefined ? '*' : formatIp(socket.ip);
  return `${socket.process ?? 'a listener'} on ${socket.proto} ${at}:${socket.port}`;
}

/** The packet reached a namespace's transport layer: somebody takes it, or nobody does. */
export function delivered(walk: Walk, question: Question, fate: Extract<Fate, { kind: 'local' }>, sent: Tuple): Result {
  const { ns, skb, dev } = fate;
  if (question.proto === 'icmp') return echo(walk, question, fate, sent);
  const virtual = takenByIpvs(ns, skb);
  if (virtual !== undefined) return resultOf('unknown', virtual.why, sent, virtual.origin);
  const at = skb.tproxy ?? { ip: skb.packet.dst, port: skb.packet.dport };
  walk.ports?.lookedUp(at.port, ns.listeningPorts);
  const socket = ns.listener(question.proto, at.ip, at.port, dev);
  if (socket === undefined) return closedPort(walk, question, fate, sent);
  const target = proxyTarget(walk.machine, socket);
  walk.step(ns, skb, { kind: 'deliver', socket: `${socket.proto} ${socket.port}`, text: listenerText(socket), origin: socket.origin });
  const reason = `${listenerText(socket)} in ${ns.name} answers`;
  const answerNow = (): Result => {
    const answer = sendAnswer(walk, ns, skb, dev, socket.ip !== undefined || (target !== undefined && answersFromAsked(walk.machine)));
    return reaches(question.client, answer, sent) ? resultOf('connected', reason, sent, socket.origin) : backOf(answer, sent);
  };
  const duty = holding(walk.machine, socket);
  if (typeof duty === 'object') {
    const { file, command } = duty.lacks;
    const why = `whether it serves it, or only holds it for a container (userland-proxy off), is in ${file} (\`${command}\`), which is not whole`;
    return resultOf('unknown', `${listenerText(socket)} in ${ns.name} takes it; ${why}`, sent, socket.origin);
  }
  if (duty === 'holds') {
    const held = `dockerd only holds ${socket.proto} port ${socket.port} for a container (userland-proxy is off) and never answers on it`;
    return resultOf('timeout', held, sent, socket.origin);
  }
  if (target === undefined) return answerNow();
  if (question.proto === 'udp')
    return { ...resultOf('timeout', reason, sent, socket.origin), proxy: { ns, socket, target, answerLater: answerNow } };
  const first = answerNow();
  return first.outcome === 'connected' ? { ...first, proxy: { ns, socket, target } } : first;
}

function echo(walk: Walk, question: Question, { ns, skb, dev }: Extract<Fate, { kind: 'local' }>, sent: Tuple): Result {
  walk.step(ns, skb, { kind: 'deliver', socket: 'icmp', text: `${ns.name} takes the echo request` });
  const name = skb.packet.family === 4 ? 'net.ipv4.icmp_echo_ignore_all' : 'net.ipv6.icmp.echo_ignore_all';
  if ((ns.sysctls.get(name) ?? 0) !== 0) return resultOf('timeout', `${ns.name} ignores echo requests (${name}=1)`, sent);
  const answer = sendAnswer(walk, ns, skb, dev, true);
  if (!reaches(question.client, answer, sent)) return backOf(answer, sent);
  return resultOf('connected', `${ns.name} answers the echo request`, sent);
}

/** Why it is open whether something listens; undefined where the whole listing was seen. */
function socketsUnknown(ns: NetnsState, proto: 'tcp' | 'udp'): string | undefined {
  const file = `${ns.directory}/ss.txt`;
  const listing = ns.netns.sources.get('sockets');
  if (listing === undefined) return `is in ${file}, which the snapshot lacks`;
  const other = proto === 'tcp' ? 'udp' : 'tcp';
  // `ss -tln` is all there is to know of TCP
  if (
    listing.unread === 0 &&
    listing.unshown?.includes(other) === true &&
    listing.unshown.length === listing.why.length &&
    !listing.unshown.includes(proto)
  )
    return undefined;
  return listing.state === 'part' ? `is not told: ${listing.file} is known in part (${listing.why.join('; ')})` : undefined;
}

function closedPort(walk: Walk, question: Question, { ns, skb, dev }: Extract<Fate, { kind: 'local' }>, sent: Tuple): Result {
  const { packet } = skb;
  const where = `${packet.proto === PROTO.TCP ? 'tcp' : 'udp'} ${formatIp(packet.dst)}:${packet.dport}`;
  const virtual = maybeTakenByIpvs(ns);
  if (virtual !== undefined) {
    const reason = `the packet reaches ${ns.name} at ${where}, where nothing listens; but ${virtual.why}`;
    return resultOf('unknown', reason, sent, virtual.origin);
  }
  const open = socketsUnknown(ns, packet.proto === PROTO.TCP ? 'tcp' : 'udp');
  if (open !== undefined)
    return resultOf('unknown', `the packet reaches ${ns.name} at ${where}; whether something listens there ${open}`, sent);
  const listing = ns.netns.sources.get('sockets');
  if (listing?.blank === true) walk.missing.add(`${listing.file} is empty: nothing is taken to listen in ${ns.name}`);
  walk.step(ns, skb, { kind: 'error', what: 'no listener', text: `nothing listens on ${where} in ${ns.name}` });
  const refusal = packet.proto === PROTO.TCP ? 'tcp-reset' : packet.family === 4 ? 'icmp-port-unreachable' : 'icmp6-port-unreachable';
  const answer = sendRefusal(walk, ns, skb, dev, refusal, false);
  if (answer === undefined || !reaches(question.client, answer, sent)) return backOf(answer, sent);
  return resultOf('refused', `nothing listens on ${where} in ${ns.name}`, sent);
}
