import { parseIp } from '../../src/address/ip.js';
import type { Exploration } from '../../src/datapath/index.js';
import { proxySourcePort } from '../../src/datapath/connection/probe.js';
import type { Origin } from '../../src/model/origin.js';
import type { FlowRequest, RuleHit, Step, TracedFlow } from '../../src/model/trace.js';
import type { PacketView } from '../../src/model/sighting.js';

/** A walk with the flow that made it. */
export interface Walked {
  readonly request: FlowRequest;
  readonly exploration: Exploration;
}

const at = (origin: Origin | undefined): string => (origin === undefined ? '-' : `${origin.file}:${origin.line}`);

const sameHit = (a: RuleHit, b: RuleHit): boolean =>
  a.line === b.line && a.file === b.file && a.verdict === b.verdict && a.netns === b.netns && a.chain === b.chain && a.table === b.table;

type NatStep = Extract<Step, { kind: 'nat' }>;

/** How far a translation moved an address: the same for all that NETMAP moves. */
const shift = (before: string, after: string): bigint => BigInt(parseIp(after) ?? 0) - BigInt(parseIp(before) ?? 0);

const portInLeg = (port: number, leg: number): number => (leg === 0 ? port : portInLeg(proxySourcePort(port), leg - 1));

/** Holds two walks against each other: each flow's own addresses and ports stand for the other's, all else is the same. */
class Comparison {
  private readonly one: TracedFlow;
  private readonly other: TracedFlow;
  /** Addresses that stand for each other: the flows' own, and what NETMAP made of them. */
  private readonly alike: (readonly [string | undefined, string | undefined])[];

  constructor(a: Walked, b: Walked) {
    this.one = a.exploration.trace.flow;
    this.other = b.exploration.trace.flow;
    this.alike = [
      // a walk that a listing lacked is told without the address it came from, which is the one that was asked for
      [this.one.src ?? a.request.from, this.other.src ?? b.request.from],
      [this.one.dst, this.other.dst],
    ];
  }

  private sameAddress(a: string | undefined, b: string | undefined): boolean {
    return a === b || this.alike.some(([one, other]) => a === one && b === other);
  }

  /** Remembers what a rule moved by the same distance on both ways. */
  private moved(a: NatStep, b: NatStep): void {
    for (const end of ['src', 'dst'] as const) {
      if (a.origin === undefined || this.sameAddress(a.after[end], b.after[end])) continue;
      if (shift(a.before[end], a.after[end]) === shift(b.before[end], b.after[end])) this.alike.push([a.after[end], b.after[end]]);
    }
  }

  /** A proxy opens its own connection from the next source port, and answers the first from the flow's own. */
  private samePort(a: number | undefined, b: number | undefined, leg: number): boolean {
    if (a === b) return true;
    const { one, other } = this;
    const [from, to] = [one.sport ?? 0, other.sport ?? 0];
    return (a === one.dport && b === other.dport) || (a === from && b === to) || (a === portInLeg(from, leg) && b === portInLeg(to, leg));
  }

  private sameView(a: PacketView, b: PacketView, leg: number): boolean {
    return (
      this.sameAddress(a.src, b.src) &&
      this.sameAddress(a.dst, b.dst) &&
      this.samePort(a.sport, b.sport, leg) &&
      this.samePort(a.dport, b.dport, leg)
    );
  }

  private sameOwn(a: Step, b: Step): boolean {
    switch (a.kind) {
      case 'send':
        return b.kind === 'send';
      case 'route':
        return (
          b.kind === 'route' &&
          a.purpose === b.purpose &&
          a.result === b.result &&
          a.dev === b.dev &&
          a.error === b.error &&
          a.table === b.table &&
          this.sameAddress(a.via, b.via) &&
          this.sameAddress(a.prefsrc, b.prefsrc) &&
          at(a.origin) === at(b.origin) &&
          at(a.policyRule) === at(b.policyRule)
        );
      case 'table':
        return (
          b.kind === 'table' &&
          a.hook === b.hook &&
          a.table === b.table &&
          a.in === b.in &&
          a.out === b.out &&
          a.mark === b.mark &&
          a.policy === b.policy &&
          a.verdict === b.verdict &&
          a.hits.length === b.hits.length &&
          a.hits.every((hit, i) => sameHit(hit, b.hits[i]!))
        );
      case 'nat':
        return (
          b.kind === 'nat' &&
          a.hook === b.hook &&
          a.manip === b.manip &&
          at(a.origin) === at(b.origin) &&
          this.sameView(a.before, b.before, a.leg) &&
          this.sameView(a.after, b.after, a.leg)
        );
      case 'conntrack':
        return b.kind === 'conntrack' && a.state === b.state;
      case 'interface':
        return b.kind === 'interface' && a.iface === b.iface && a.dir === b.dir;
      case 'bridge':
        return b.kind === 'bridge' && a.bridge === b.bridge && a.from === b.from && a.to.join() === b.to.join() && a.why === b.why;
      case 'neighbour':
        return b.kind === 'neighbour' && a.iface === b.iface && a.mac === b.mac && this.sameAddress(a.ip, b.ip);
      case 'link':
        return b.kind === 'link' && a.iface === b.iface && a.peerNetns === b.peerNetns && a.peerIface === b.peerIface;
      case 'deliver':
        return b.kind === 'deliver' && a.socket === b.socket && at(a.origin) === at(b.origin);
      case 'proxy':
        return b.kind === 'proxy' && a.process === b.process && a.to === b.to && at(a.origin) === at(b.origin);
      case 'error':
        return b.kind === 'error' && a.what === b.what && at(a.origin) === at(b.origin);
      case 'drop':
        return b.kind === 'drop' && a.where === b.where && at(a.origin) === at(b.origin);
      case 'leave':
        return b.kind === 'leave' && a.iface === b.iface;
    }
  }

  sameStep(a: Step, b: Step): boolean {
    if (a.kind === 'nat' && b.kind === 'nat') this.moved(a, b);
    return a.netns === b.netns && a.leg === b.leg && a.reply === b.reply && this.sameView(a.packet, b.packet, a.leg) && this.sameOwn(a, b);
  }
}

const shown = (step: Step | undefined): string => (step === undefined ? 'the end' : JSON.stringify(step));

function sideDifference(comparison: Comparison, a: readonly Step[], b: readonly Step[]): string | undefined {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [one, other] = [a[i], b[i]];
    if (one === undefined || other === undefined || !comparison.sameStep(one, other)) return `${shown(one)} <> ${shown(other)}`;
  }
  return undefined;
}

/**
 * Holds every step of two explorations against each other: routes, rules that matched, translations, devices, sockets.
 * @returns the first difference; undefined where one flow is treated as the other is.
 */
export function walkDifference(a: Walked, b: Walked): string | undefined {
  const [one, other] = [a.exploration, b.exploration];
  if (one.trace.outcome !== other.trace.outcome)
    return `${one.trace.outcome}: ${one.trace.reason} <> ${other.trace.outcome}: ${other.trace.reason}`;
  if (at(one.trace.decidedBy) !== at(other.trace.decidedBy)) return `decided by ${at(one.trace.decidedBy)} <> ${at(other.trace.decidedBy)}`;
  if (one.complete !== other.complete || one.outcomes.join() !== other.outcomes.join())
    return `${one.outcomes.join()} <> ${other.outcomes.join()}`;
  const comparison = new Comparison(a, b);
  for (const [i, side] of one.sides.entries()) {
    const found = sideDifference(comparison, side, other.sides[i] ?? []);
    if (found !== undefined) return `side ${i}: ${found}`;
  }
  return undefined;
}
