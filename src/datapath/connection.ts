import { formatIp, type Ip } from '../address/ip.js';
import type { ListeningSocket } from '../model/host.js';
import type { Origin } from '../model/origin.js';
import { PROTO } from '../model/packet.js';
import type { FlowProto, Outcome } from '../model/trace.js';
import { sendAnswer, sendRefusal } from './answer.js';
import { invert, sameTuple, tupleOf, type Tuple } from './conntrack.js';
import type { Fate } from './fate.js';
import { noteRoute } from './fib/note.js';
import { segmentBehind } from './link/segment.js';
import { answersFor } from './link/neighbour.js';
import { OUTSIDE_MAC } from './link/outside.js';
import type { Machine } from './machine.js';
import { endpointText } from './nat.js';
import type { NetnsState } from './netns-state.js';
import { firstPacket } from './probe.js';
import { answersFromAsked, holdsPort, proxyTarget, type ProxyTarget } from './proxy.js';
import { clientView, icmpError } from './refusal.js';
import { newSkb } from './skb.js';
import { deviceReceive } from './stack/device.js';
import { localOut, outputKey, routeOutput, routeUnbound } from './stack/output.js';
import type { Walk } from './walk.js';

/** Who asks: a socket in a namespace, or an outside machine whose packets come in by a device of the host. */
export type Client =
  | { readonly kind: 'netns'; readonly ns: NetnsState; readonly src: Ip | undefined }
  | { readonly kind: 'outside'; readonly ns: NetnsState; readonly dev: string; readonly src: Ip };

export interface Question {
  readonly client: Client;
  readonly proto: FlowProto;
  readonly dst: Ip;
  readonly sport: number;
  readonly dport: number;
  readonly leg: number;
}

/** How one connection went, as its client sees it. */
export interface Result {
  readonly outcome: Outcome;
  readonly reason: string;
  readonly origin?: Origin;
  /** The first packet as sent. */
  readonly sent: Tuple | undefined;
  /** Set when a proxy took the connection: it will open another. */
  readonly proxy?: ProxiedConnection;
}

export interface ProxiedConnection {
  readonly ns: NetnsState;
  readonly socket: ListeningSocket;
  readonly target: ProxyTarget | 'unknown';
  /** A datagram's answer goes back only when the container has answered the proxy. */
  readonly answerLater?: () => Result;
}

interface Sent {
  readonly fate: Fate;
  readonly tuple: Tuple | undefined;
}

function result(outcome: Outcome, reason: string, sent: Tuple | undefined, origin?: Origin): Result {
  return origin === undefined ? { outcome, reason, sent } : { outcome, reason, sent, origin };
}

/** A socket sends its first packet (ip_route_connect, ip6_dst_lookup_flow): the route first without, then with its source. */
function sendFromNetns(walk: Walk, question: Question, ns: NetnsState, bound: Ip | undefined): Sent {
  const packet = firstPacket(question.proto, {
    src: bound ?? (typeof question.dst === 'number' ? 0 : 0n),
    sport: question.sport,
    dst: question.dst,
    dport: question.dport,
  });
  const skb = newSkb(packet, question.leg, false, ns.name);
  const first =
    bound === undefined ? routeUnbound(walk, ns, skb, '') : { route: routeOutput(walk, ns, outputKey(skb, '', bound)), src: bound };
  let { route } = first;
  if (bound === undefined && route.kind !== 'error') {
    const { src } = first;
    if (src === undefined)
      return { fate: { kind: 'local-error', ns, errno: 'EADDRNOTAVAIL', why: `${ns.name} has no address to send from` }, tuple: undefined };
    packet.src = src;
    if (question.proto !== 'icmp' && packet.family === 4) route = routeOutput(walk, ns, outputKey(skb, '', src));
  }
  const what = question.proto === 'icmp' ? 'echo request' : question.proto === 'tcp' ? 'SYN' : 'datagram';
  walk.note({ kind: 'send', what, netns: ns.name, leg: skb.leg, reply: false, packet: walk.view(skb) });
  noteRoute(walk, ns, skb, 'output', route);
  const tuple = tupleOf(packet);
  if (route.kind === 'error') return { fate: localOut(walk, ns, skb, { hit: route }), tuple };
  if (route.kind === 'broadcast' && question.proto === 'tcp')
    return { fate: { kind: 'local-error', ns, errno: 'ENETUNREACH', why: `${formatIp(packet.dst)} is a broadcast address` }, tuple };
  return { fate: localOut(walk, ns, skb, { hit: route }), tuple };
}

/** Senders kept for each device; beyond that all are forgotten. */
const MOST_REMEMBERED = 10_000;

/** The frame of an outside machine's packet comes from it, or from the router the host would answer by. */
function outsideMac(machine: Machine, ns: NetnsState, dev: string, src: Ip): string {
  const known = machine.outsideMacs.of(ns, dev);
  let mac = known.get(src);
  if (mac === undefined) {
    mac = findOutsideMac(ns, dev, src);
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(src, mac);
  }
  return mac;
}

function findOutsideMac(ns: NetnsState, dev: string, src: Ip): string {
  const back = ns.route({ dst: src, src: undefined, iif: '', oif: dev, mark: 0, tos: 0, proto: 0, sport: 0, dport: 0 });
  const nexthop = back.kind === 'error' ? src : (back.via ?? src);
  return ns.neighbour(dev, nexthop)?.mac ?? OUTSIDE_MAC;
}

/** An outside machine's packet comes in: addressed to whoever on the link answers for the destination, else to the host. */
function sendFromOutside(walk: Walk, question: Question, ns: NetnsState, dev: string, src: Ip): Sent {
  const packet = firstPacket(question.proto, { src, sport: question.sport, dst: question.dst, dport: question.dport });
  const skb = newSkb(packet, question.leg, false);
  const station = segmentBehind(walk.machine, ns, dev).stations.find(
    (s) => s.ns !== ns && s.ns.ownsOn(s.iface.name, question.dst) && answersFor(s, question.dst),
  );
  const own = ns.ports.get(dev)?.bridge ?? dev;
  const mac = station?.iface.mac ?? ns.interfaces.get(own)?.mac;
  if (mac !== undefined) packet.dstMac = mac;
  packet.srcMac = outsideMac(walk.machine, ns, dev, src);
  const tuple = tupleOf(packet);
  return { fate: deviceReceive(walk, ns, dev, skb), tuple };
}

function send(walk: Walk, question: Question): Sent {
  const { client } = question;
  return client.kind === 'netns'
    ? sendFromNetns(walk, question, client.ns, client.src)
    : sendFromOutside(walk, question, client.ns, client.dev, client.src);
}

/** Whether an answer that ended here is the one the client waits for. */
function reaches(client: Client, fate: Fate, sent: Tuple): boolean {
  if (client.kind === 'netns' ? fate.kind !== 'local' || fate.ns !== client.ns : fate.kind !== 'left') return false;
  if (fate.kind !== 'local' && fate.kind !== 'left') return false;
  const { skb } = fate;
  if (skb.related !== undefined) return sameTuple(skb.related, sent);
  // ping knows its replies by their id, from whatever address they come
  if (skb.packet.icmpType >= 0) return skb.packet.dst === sent.src && skb.packet.dport === sent.sport;
  return sameTuple(tupleOf(skb.packet), invert(sent));
}

/** Why an answer did not arrive, in one sentence about the way back. */
function lostOnTheWayBack(fate: Fate | undefined, sent: Tuple): string {
  const head = 'the answer is lost on the way back: ';
  if (fate === undefined) return `${head}the kernel sends none`;
  switch (fate.kind) {
    case 'local':
    case 'left': {
      const { packet } = fate.skb;
      const icmp = packet.icmpType >= 0;
      const from = endpointText(packet.src, packet.sport, icmp);
      if (fate.kind === 'left' && packet.src === sent.dst && (icmp || packet.sport === sent.dport))
        return `${head}it leaves ${fate.ns.name} by ${fate.dev} towards ${formatIp(packet.dst)}, which is not where the client is`;
      if (fate.kind === 'left')
        return `${head}it leaves ${fate.ns.name} by ${fate.dev} from ${from}, and the client waits for one from ${endpointText(sent.dst, sent.dport, icmp)}`;
      return `${head}it comes to ${fate.ns.name} from ${from}, where nothing waits for it`;
    }
    case 'lost':
    case 'refused':
    case 'local-error':
    case 'no-neighbour':
      return head + fate.why;
    case 'missing':
      return `${head}the snapshot lacks ${fate.what}`;
  }
}

function backOf(fate: Fate | undefined, sent: Tuple): Result {
  if (fate?.kind === 'missing') return result('unknown', `the way back depends on what the snapshot lacks: ${fate.what}`, sent);
  const origin =
    fate !== undefined && (fate.kind === 'lost' || fate.kind === 'refused' || fate.kind === 'local-error') ? fate.origin : undefined;
  return result('timeout', lostOnTheWayBack(fate, sent), sent, origin);
}

function listenerText(socket: ListeningSocket): string {
  const at = socket.ip === undefined ? '*' : formatIp(socket.ip);
  return `${socket.process ?? 'a listener'} on ${socket.proto} ${at}:${socket.port}`;
}

/** The packet reached a namespace's transport layer: somebody takes it, or nobody does. */
function delivered(walk: Walk, question: Question, fate: Extract<Fate, { kind: 'local' }>, sent: Tuple): Result {
  const { ns, skb, dev } = fate;
  if (question.proto === 'icmp') return echo(walk, question, fate, sent);
  const at = skb.tproxy ?? { ip: skb.packet.dst, port: skb.packet.dport };
  walk.ports?.lookedUp(at.port, ns.listeningPorts);
  const socket = ns.listener(question.proto, at.ip, at.port, dev);
  if (socket === undefined) return closedPort(walk, question, fate, sent);
  const target = proxyTarget(walk.machine, socket);
  walk.step(ns, skb, { kind: 'deliver', socket: `${socket.proto} ${socket.port}`, text: listenerText(socket), origin: socket.origin });
  const reason = `${listenerText(socket)} in ${ns.name} answers`;
  const answerNow = (): Result => {
    const answer = sendAnswer(walk, ns, skb, dev, socket.ip !== undefined || (target !== undefined && answersFromAsked(walk.machine)));
    return reaches(question.client, answer, sent) ? result('connected', reason, sent, socket.origin) : backOf(answer, sent);
  };
  if (holdsPort(walk.machine, socket)) {
    const held = `dockerd only holds ${socket.proto} port ${socket.port} for a container (userland-proxy is off) and never answers on it`;
    return result('timeout', held, sent, socket.origin);
  }
  if (target === undefined) return answerNow();
  if (question.proto === 'udp')
    return { ...result('timeout', reason, sent, socket.origin), proxy: { ns, socket, target, answerLater: answerNow } };
  const first = answerNow();
  return first.outcome === 'connected' ? { ...first, proxy: { ns, socket, target } } : first;
}

function echo(walk: Walk, question: Question, { ns, skb, dev }: Extract<Fate, { kind: 'local' }>, sent: Tuple): Result {
  walk.step(ns, skb, { kind: 'deliver', socket: 'icmp', text: `${ns.name} takes the echo request` });
  const name = skb.packet.family === 4 ? 'net.ipv4.icmp_echo_ignore_all' : 'net.ipv6.icmp.echo_ignore_all';
  if ((ns.sysctls.get(name) ?? 0) !== 0) return result('timeout', `${ns.name} ignores echo requests (${name}=1)`, sent);
  const answer = sendAnswer(walk, ns, skb, dev, true);
  if (!reaches(question.client, answer, sent)) return backOf(answer, sent);
  return result('connected', `${ns.name} answers the echo request`, sent);
}

/** What a missing socket listing leaves open. */
function socketsUnknown(ns: NetnsState): boolean {
  return !ns.netns.sources.has('sockets');
}

function closedPort(walk: Walk, question: Question, { ns, skb, dev }: Extract<Fate, { kind: 'local' }>, sent: Tuple): Result {
  const { packet } = skb;
  const where = `${packet.proto === PROTO.TCP ? 'tcp' : 'udp'} ${formatIp(packet.dst)}:${packet.dport}`;
  if (socketsUnknown(ns)) {
    const file = ns.name === 'host' ? 'host/ss.txt' : `netns/${ns.name}/ss.txt`;
    return result(
      'unknown',
      `the packet reaches ${ns.name} at ${where}; whether something listens there is in ${file}, which the snapshot lacks`,
      sent,
    );
  }
  walk.step(ns, skb, { kind: 'error', what: 'no listener', text: `nothing listens on ${where} in ${ns.name}` });
  const refusal = packet.proto === PROTO.TCP ? 'tcp-reset' : packet.family === 4 ? 'icmp-port-unreachable' : 'icmp6-port-unreachable';
  const answer = sendRefusal(walk, ns, skb, dev, refusal, false);
  if (answer === undefined || !reaches(question.client, answer, sent)) return backOf(answer, sent);
  return result('refused', `nothing listens on ${where} in ${ns.name}`, sent);
}

/** A rule or a route refused the packet with an error that goes back to the client. */
function refused(walk: Walk, question: Question, fate: Extract<Fate, { kind: 'refused' }>, sent: Tuple): Result {
  const { ns, skb, origin } = fate;
  walk.step(ns, skb, { kind: 'error', what: fate.with, text: fate.why, ...(origin !== undefined && { origin }) });
  const byRule = fate.hook !== undefined;
  const local = question.client.kind === 'netns' && question.client.ns === ns;
  const answer = sendRefusal(walk, ns, skb, fate.dev, fate.with, byRule);
  // REJECT is a drop to the sender's own system call, whatever message goes out besides
  if (question.proto === 'udp' && fate.hook === 'OUTPUT' && local)
    return result('unreachable', `${fate.why}; send() fails with EPERM`, sent, origin);
  if (answer === undefined || !reaches(question.client, answer, sent)) {
    const back = backOf(answer, sent);
    return { ...back, reason: `${fate.why}; ${back.reason}`, ...(origin !== undefined && { origin }) };
  }
  const error = icmpError(fate.with);
  if (error === undefined) return result('refused', `${fate.why} with a TCP reset`, sent, origin);
  const view = clientView(error, question.proto, skb.packet.family, question.client.kind === 'netns');
  return result(view.outcome, `${fate.why} (${error.name})${view.note === undefined ? '' : `; ${view.note}`}`, sent, origin);
}

function neighbourLost(fate: Extract<Fate, { kind: 'no-neighbour' }>, sent: Tuple | undefined): Result {
  const who = fate.forwarded ? `; ${fate.ns.name} tells the client so after three seconds` : '';
  return result('unreachable', `${fate.why}${who}`, sent);
}

/** What the client of a connection sees, from how its first packet ended. */
function judge(walk: Walk, question: Question, { fate, tuple }: Sent): Result {
  switch (fate.kind) {
    case 'local':
      return delivered(walk, question, fate, tuple!);
    case 'left': {
      const { src, sport, dst, dport, icmpType } = fate.skb.packet;
      const icmp = icmpType >= 0;
      return result(
        'leaves-host',
        `the packet leaves ${fate.ns.name} by ${fate.dev} as ${endpointText(src, sport, icmp)} → ${endpointText(dst, dport, icmp)}; what lies beyond is not in the snapshot`,
        tuple,
      );
    }
    case 'lost':
      if (fate.errno !== undefined && question.proto === 'udp')
        return result('unreachable', `${fate.why}; send() fails with ${fate.errno}`, tuple, fate.origin);
      return result('timeout', fate.why, tuple, fate.origin);
    case 'refused':
      return refused(walk, question, fate, tuple!);
    case 'local-error':
      return result('unreachable', `${fate.why} (${fate.errno} in ${fate.ns.name})`, tuple, fate.origin);
    case 'no-neighbour':
      return neighbourLost(fate, tuple);
    case 'missing':
      return result('unknown', `the path goes on in what the snapshot lacks: ${fate.what}`, tuple);
  }
}

/** Opens one connection and follows its first packet there and the answer back. */
export function connect(walk: Walk, question: Question): Result {
  return judge(walk, question, send(walk, question));
}
