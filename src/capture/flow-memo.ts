import { familyOf, formatIp, parseIp } from '../address/ip.js';
import type { Family } from '../address/ip.js';
import type { CapturedFlow } from '../model/capture.js';
import type { Host, Netns } from '../model/host.js';
import type { FlowProto, FlowRequest } from '../model/trace.js';
import { askedOf, rewritingsOf } from './rewritings.js';
import type { Rewriting } from './rewritings.js';

/** More questions than these are not tried for one flow. */
const MOST_QUESTIONS = 24;
const LOOPBACK = 'lo';
const LOOPBACK_ADDRESS = { 4: '127.0.0.1', 6: '::1' } as const;
const NUMBERS: Readonly<Record<FlowProto, readonly number[]>> = { tcp: [6], udp: [17], icmp: [1, 58] };

interface Target {
  readonly to: string;
  readonly port?: number;
}

/**
 * What a machine may really have asked for. Its own connection is translated before any interface shows it: the destination that was asked shows in
 * an answer at most, and the source was chosen for that destination.
 */
export class AskedBefore {
  private readonly rewritings = new Map<string, readonly Rewriting[]>();

  constructor(private readonly host: Host) {}

  /** @returns questions that may have led to a flow, besides what it looks like; none for one that came from elsewhere. */
  questions(flow: CapturedFlow, proto: FlowProto): readonly FlowRequest[] {
    const netns = this.senderOf(flow);
    if (netns === undefined) return [];
    const questions = new Map<string, FlowRequest>();
    for (const { to, port } of this.targets(flow, proto, netns)) {
      if (questions.size >= MOST_QUESTIONS) break;
      questions.set(`${to} ${port ?? ''}`, { from: netns.name, to, proto, ...(port !== undefined && { dport: port }) });
    }
    return [...questions.values()];
  }

  private *targets(flow: CapturedFlow, proto: FlowProto, netns: Netns): Generator<Target> {
    const { server, family } = flow;
    const usual = server.port === undefined ? {} : { port: server.port };
    yield { to: server.ip, ...usual };
    const shown = answersOf(flow, netns.name);
    for (const { to, port } of shown) yield { to, ...usual, ...(port !== undefined && { port }) };
    const places = [...new Set([...shown.map(({ to }) => to), LOOPBACK_ADDRESS[family], ...addressesOf(netns, family)])];
    const ip = parseIp(server.ip);
    if (ip === undefined) return;
    for (const rewriting of this.rewritingsOf(netns)) {
      if (!leadsTo(rewriting, flow, proto)) continue;
      const port = rewriting.askedPort ?? server.port;
      const asked = askedOf(rewriting, ip);
      for (const to of asked === undefined ? places : [formatIp(asked)]) yield { to, ...(port !== undefined && { port }) };
    }
  }

  /** @returns the namespace that sent a flow; loopback interfaces show a packet only as it comes in. */
  private senderOf({ hops: [first] }: CapturedFlow): Netns | undefined {
    if (first === undefined || (first.dir !== 'out' && first.iface !== LOOPBACK)) return undefined;
    return this.host.netns.get(first.netns);
  }

  private rewritingsOf(netns: Netns): readonly Rewriting[] {
    let found = this.rewritings.get(netns.name);
    if (found === undefined) this.rewritings.set(netns.name, (found = rewritingsOf(netns)));
    return found;
  }
}

/** An answer that the sender's own interfaces show is often translated back already. */
function answersOf({ hops, client, server }: CapturedFlow, netns: string): readonly Target[] {
  const replies = hops.filter((hop) => hop.reply && hop.netns === netns);
  return replies.flatMap(({ src, sport, dst }) => [
    ...(src !== server.ip || sport !== server.port ? [{ to: src, ...(sport !== undefined && { port: sport }) }] : []),
    ...(dst !== client.ip ? [{ to: dst }] : []),
  ]);
}

function addressesOf({ interfaces }: Netns, family: Family): readonly string[] {
  return interfaces.flatMap(({ addresses }) =>
    addresses.flatMap(({ ip, scope }) => (scope === 'link' || familyOf(ip) !== family ? [] : [formatIp(ip)])),
  );
}

function leadsTo({ family, proto, to, toPorts }: Rewriting, flow: CapturedFlow, asked: FlowProto): boolean {
  const ip = parseIp(flow.server.ip);
  const { port } = flow.server;
  if (family !== flow.family || (proto !== undefined && !NUMBERS[asked].includes(proto))) return false;
  if (to !== undefined && (ip === undefined || ip < to[0] || ip > to[1])) return false;
  return toPorts === undefined || port === undefined || (port >= toPorts[0] && port <= toPorts[1]);
}
