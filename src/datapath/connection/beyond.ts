import { familyOf } from '../../address/ip.js';
import { answerPacket } from './probe.js';
import type { Tuple } from '../conntrack/entry.js';
import { drain } from '../walk/backlog.js';
import type { Fate } from '../walk/fate.js';
import { untranslated } from '../link/untranslated.js';
import { wordsOf } from '../reasons/reason.js';
import { newSkb } from '../walk/skb.js';
import { deviceReceive } from '../stack/device.js';
import type { Walk } from '../walk/walk.js';
import { uplinksOf } from './entry.js';
import { resultOf, type ConnectionAttempt, type Result } from './question.js';
import { stalled, type Opening } from './stream.js';
import { backOf, reaches } from './way-back.js';

type Left = Extract<Fate, { kind: 'left' }>;

/** Only one machine answers from the address that was asked: not where many were. */
function isUnicast({ dst, pkttype, dstMac }: Left['skb']['packet']): boolean {
  if (pkttype === 'broadcast' || dstMac === 'ff:ff:ff:ff:ff:ff') return false;
  return typeof dst === 'number' ? dst >>> 28 !== 14 && dst !== 0xffffffff : dst >> 120n !== 0xffn;
}

/** The machine that was asked answers: its frame comes in by `dev`, for whoever sent the one that left. */
function answerBy(walk: Walk, question: ConnectionAttempt, { ns, skb, dev }: Left, way: string): Fate {
  const answer = newSkb(answerPacket(skb.packet), question.leg, true);
  const { srcMac, dstMac } = skb.packet;
  // by another device than the packet left by, the frame is for that device
  const mac = way === dev ? srcMac : ns.interfaces.get(ns.ports.get(way)?.bridge ?? way)?.mac;
  if (mac !== undefined) answer.packet.dstMac = mac;
  if (dstMac !== undefined) answer.packet.srcMac = dstMac;
  if (way === dev) answer.vlan = skb.vlan;
  walk.step(ns, answer, { kind: 'send', what: 'answer of the machine beyond' });
  return drain(walk, deviceReceive(walk, ns, way, answer));
}

/** Where an answer may come in. */
interface AnswerEntry {
  readonly likeliest: string;
  readonly others: readonly string[];
  /** The network beyond brings it to the link that its destination is an address of. */
  readonly fixed: boolean;
}

/**
 * The devices by which an answer may come in. To an uplink's own address it comes by that uplink. To one that the host has not, or not on
 * an uplink, it comes as the network beyond sees fit: the way the packet left, or by another uplink.
 */
function answerEntry({ machine }: Walk, { ns, skb, dev }: Left): AnswerEntry {
  const { src } = skb.packet;
  const link = [dev, ns.ports.get(dev)?.bridge ?? dev];
  const uplinks = uplinksOf(ns, familyOf(src)).filter((name) => !link.includes(name));
  const told = (machine.answers.get('way-back') ?? []).find((name) => name === dev || uplinks.includes(name));
  if (told !== undefined) return { likeliest: told, others: [], fixed: true };
  if (link.some((name) => ns.ownsOn(name, src))) return { likeliest: dev, others: [], fixed: true };
  const owner = uplinks.find((name) => ns.ownsOn(name, src));
  return owner === undefined ? { likeliest: dev, others: uplinks, fixed: false } : { likeliest: owner, others: [dev], fixed: true };
}

/** An answer that has no way but to whoever asked finds them where they asked from. */
function reachesAsker(walk: Walk, { client }: ConnectionAttempt, back: Fate): boolean {
  if (client.kind !== 'outside' || back.kind !== 'missing') return false;
  const last = walk.steps.findLast((step) => step.kind === 'route');
  return last?.kind === 'route' && last.dev === client.dev;
}

interface Back {
  readonly way: string;
  readonly fate: Fate;
  readonly arrives: boolean;
}

function comeBack(walk: Walk, question: ConnectionAttempt, left: Left, way: string, sent: Tuple): Back {
  return walk.assuming(() => {
    const fate = answerBy(walk, question, left, way);
    return { way, fate, arrives: reaches(question.client, fate, sent) || reachesAsker(walk, question, fate) };
  });
}

function assume(walk: Walk, taken: Back, other: Back, sent: Tuple): void {
  const otherwise = other.arrives ? 'it would arrive' : `it would not arrive: ${wordsOf(backOf(other.fate, sent).reason)}`;
  walk.assumptions.push({
    category: 'way-back',
    choice: `way-back=${taken.way}`,
    detail: `the answer is taken to come in by ${taken.way}; by ${other.way} ${otherwise}`,
    given: false,
  });
}

/** By the likeliest way; where that one fails, another would not, and nothing tells which it is, it is asked. */
function wayBack(walk: Walk, question: ConnectionAttempt, left: Left, sent: Tuple): Back {
  const { likeliest, others, fixed } = answerEntry(walk, left);
  const first = comeBack(walk, question, left, likeliest, sent);
  const tried = others.map((way) => walk.quietly(() => comeBack(walk, question, left, way, sent)));
  const differing = tried.find(({ arrives }) => arrives !== first.arrives);
  if (differing === undefined) return first;
  if (!fixed && !first.arrives) {
    const detail = `by which uplink the answer comes in, ${first.way} or ${differing.way}`;
    return walk.oracle.ask({ category: 'way-back', yes: first.way, no: differing.way, usual: true, detail }) ? first : differing;
  }
  assume(walk, first, differing, sent);
  return first;
}

/** A network in user space, or namespaces of a user's with rules of their own, lie between a rootless container and the host. */
function isRootless({ machine }: Walk, { ns }: Left): boolean {
  return machine.host.containers.some(({ running, rootless, netns }) => running && rootless === true && netns === ns.name);
}

/** What follows on a stream whose first answer comes in by `way`. @returns undefined where nothing of it is lost. */
function goesOn(walk: Walk, question: ConnectionAttempt, left: Left, opening: Opening, way: string): Result | undefined {
  if (question.proto !== 'tcp') return undefined;
  return stalled(walk, question, left, opening, (acknowledged) =>
    acknowledged.kind === 'left' ? comeBack(walk, question, acknowledged, way, opening.tuple) : { fate: acknowledged, arrives: false },
  );
}

/**
 * A packet left the host. What lies beyond is not in the snapshot, but what this host makes of an answer is: where it would drop it, the
 * client hears nothing, whatever is beyond.
 */
export function leftHost(walk: Walk, question: ConnectionAttempt, left: Left, opening: Opening): Result {
  const { ns, skb, dev } = left;
  const sent = opening.tuple;
  if (isRootless(walk, left)) {
    const what = `the network of the user who runs ${ns.name}, which opens connections anew from the host: ask for them --from host`;
    return resultOf('unknown', { kind: 'missing', what, where: 'way' }, sent);
  }
  const { src, sport, dst, dport, icmpType } = skb.packet;
  const icmp = icmpType >= 0;
  const leaving = { netns: ns.name, dev, packet: { src, sport, dst, dport }, icmp };
  const foreign = untranslated(walk.machine, ns, dev, src);
  const leaves = resultOf('leaves-host', { kind: 'left-host', ...leaving, foreign }, sent);
  // between two machines outside, over one device, the answer need not come by this host at all
  const passesBy = question.client.kind === 'outside' && question.client.dev === dev && src === sent.src && dst === sent.dst;
  if (passesBy || !isUnicast(skb.packet)) return leaves;
  const back = wayBack(walk, question, left, sent);
  if (back.arrives) return goesOn(walk, question, left, opening, back.way) ?? leaves;
  const lost = backOf(back.fate, sent);
  const reason = lost.outcome === 'unknown' ? lost.reason : ({ kind: 'reply-lost', leaving, back: lost.reason } as const);
  return { ...lost, reason };
}
