import { formatIp } from '../../address/ip.js';
import type { Machine } from '../../datapath/index.js';
import { DEFAULT_SPORT } from '../../datapath/plan.js';
import type { AssertionResult, PolicyResult, Violation } from '../../model/policy.js';
import type { FlowProto } from '../../model/trace.js';
import { formatPorts, includes, intersect, subtract, toSet, type RangeSet } from '../../address/ranges.js';
import { askedAt } from '../services/asked-at.js';
import { addressesOf } from '../services/own-addresses.js';
import { Ways, type Way } from '../ways.js';
import { Endpoints, type Receiver, type Sender } from './endpoints.js';
import type { Assertion, Policy, PortSets, Traffic } from './read.js';

/** One way of a sender to a receiver, for some of the ports an assertion speaks of. */
interface Passage {
  readonly sender: Sender;
  readonly receiver: Receiver;
  readonly way: Way;
  readonly proto: FlowProto;
  /** Ports as asked for. */
  readonly asked: RangeSet;
}

const EVERY: RangeSet = [[0, 65535]];

function nameOf({ receiver, way, proto }: Passage): string {
  const { delivered } = way.fate;
  if (receiver.kind === 'addresses' && receiver.outside) return receiver.label;
  if (delivered === undefined) return receiver.label;
  return proto === 'icmp' ? delivered.netns : `${delivered.netns}:${delivered.port}/${proto}`;
}

function violationOf(passage: Passage, what: Violation['what']): Violation {
  const { sender, way, proto, asked } = passage;
  const { outcome, reason, decidedBy, decidingRule } = way.fate;
  const first = asked[0]?.[0];
  const inside = way.witness.dport !== undefined && asked.some(([lo, hi]) => way.witness.dport! >= lo && way.witness.dport! <= hi);
  const witness = proto === 'icmp' || inside || first === undefined ? way.witness : { ...way.witness, dport: Math.max(1, Number(first)) };
  return {
    from: sender.label,
    to: nameOf(passage),
    what,
    outcome,
    reason,
    ports: proto === 'icmp' ? 'icmp' : formatPorts(subtract(asked, [[0, 0]])),
    proto,
    witness,
    ...(decidedBy !== undefined && { decidedBy }),
    ...(decidingRule !== undefined && { decidingRule }),
  };
}

/** One of each kind: the same sender, taker and protocol, ports joined. */
function distinct(violations: readonly Violation[]): readonly Violation[] {
  const found = new Map<string, Violation>();
  for (const violation of violations) {
    const key = `${violation.from} ${violation.to} ${violation.what} ${violation.proto} ${violation.ports}`;
    if (!found.has(key)) found.set(key, violation);
  }
  return [...found.values()];
}

/** Tests a policy's assertions against a host. */
class Checker {
  private readonly ways: Ways;
  /** Where ports of containers may be asked for besides at their own addresses. */
  private readonly elsewhere: readonly string[];

  constructor(
    private readonly machine: Machine,
    private readonly endpoints: Endpoints,
  ) {
    this.ways = new Ways(machine);
    this.elsewhere = askedAt(machine).map(formatIp);
  }

  /** Addresses by which a receiver may be asked for: a container also by those of the host, where ports are published. */
  private addresses(receiver: Receiver): readonly string[] {
    if (receiver.kind === 'addresses') return receiver.addresses;
    return [...new Set([...this.own(receiver.netns), ...this.elsewhere])];
  }

  private own(netns: string): readonly string[] {
    const ns = this.machine.namespaces.get(netns);
    return ns === undefined ? [] : addressesOf(ns).map(formatIp);
  }

  /** The ports of a way that an assertion means: a container's own where it is named, else those asked for. */
  private meant(receiver: Receiver, way: Way, wanted: RangeSet): RangeSet {
    if (receiver.kind === 'addresses') return intersect(way.dports, wanted);
    // a translation may lead from any port to the one that is meant
    if (way.unseen) return way.dports;
    const { delivered, unheardIn } = way.fate;
    if (delivered?.netns !== receiver.netns && unheardIn !== receiver.netns) return [];
    if (delivered === undefined) return intersect(way.dports, wanted);
    return wanted.some(([lo, hi]) => delivered.port >= lo && delivered.port <= hi) ? way.dports : [];
  }

  private passages(sender: Sender, receiver: Receiver, ports: PortSets): readonly Passage[] {
    return [...ports].flatMap(([proto, wanted]) =>
      this.addresses(receiver).flatMap((to) =>
        this.ways.of(sender.client, to, proto).flatMap((way): readonly Passage[] => {
          if (proto === 'icmp') {
            // elsewhere somebody else may answer
            const means =
              receiver.kind === 'addresses' || way.fate.delivered?.netns === receiver.netns || this.own(receiver.netns).includes(to);
            return means ? [{ sender, receiver, way, proto, asked: EVERY }] : [];
          }
          const asked = this.meant(receiver, way, wanted);
          return asked.length === 0 ? [] : [{ sender, receiver, way, proto, asked }];
        }),
      ),
    );
  }

  private excepted({ except }: Traffic, passage: Passage, from: ReadonlySet<string>, to: readonly Receiver[]): RangeSet {
    if (except === undefined) return passage.asked;
    if (except.from !== undefined && !from.has(passage.sender.client.from)) return passage.asked;
    const taker = passage.way.fate.delivered?.netns;
    const named = to.some((r) => (r.kind === 'netns' ? r.netns === taker : r.addresses.includes(passage.way.witness.to)));
    if (except.to !== undefined && !named) return passage.asked;
    if (except.ports === undefined) return [];
    const spared = except.ports.get(passage.proto);
    if (spared === undefined) return passage.asked;
    return subtract(passage.asked, passage.receiver.kind === 'netns' ? this.meant(passage.receiver, passage.way, spared) : spared);
  }

  private forbidden(assertion: Assertion, senders: readonly Sender[]): readonly Violation[] {
    const { traffic } = assertion;
    const receivers = this.endpoints.receivers(traffic.to);
    const exceptFrom = new Set(this.endpoints.senders(traffic.except?.from ?? []).map((s) => s.client.from));
    const exceptTo = this.endpoints.receivers(traffic.except?.to ?? []);
    const found: Violation[] = [];
    for (const sender of senders) {
      for (const receiver of receivers) {
        if (receiver.kind === 'netns' && receiver.netns === sender.netns) continue;
        for (const passage of this.passages(sender, receiver, traffic.ports)) {
          const { way } = passage;
          // what one does to oneself is nobody's business
          const through = receiver.kind === 'addresses' && receiver.outside ? way.out : way.through;
          if (through === 'no' || (sender.netns !== undefined && way.fate.delivered?.netns === sender.netns)) continue;
          const left = this.excepted(traffic, passage, exceptFrom, exceptTo);
          // nobody asks for port 0
          const asked = passage.proto === 'icmp' ? left : subtract(left, [[0, 0]]);
          if (asked.length > 0) found.push(violationOf({ ...passage, asked }, through === 'yes' ? 'reached' : 'undecided'));
        }
      }
    }
    return distinct(found);
  }

  /** Ports that `allow` wants answered: all that it names, or where it names many, those that somebody listens on. */
  private wanted(receiver: Receiver, proto: FlowProto, ports: RangeSet): RangeSet {
    const few = ports.reduce((sum, [lo, hi]) => sum + Number(hi) - Number(lo) + 1, 0) <= 1024;
    if (few || receiver.kind === 'addresses' || proto === 'icmp') return ports;
    const sockets = this.machine.namespaces.get(receiver.netns)?.netns.sockets ?? [];
    return intersect(ports, toSet(sockets.filter((s) => s.proto === proto).map((s) => [s.port, s.port])));
  }

  private required(assertion: Assertion): readonly Violation[] {
    const { traffic } = assertion;
    const found: Violation[] = [];
    for (const sender of this.endpoints.senders(traffic.from)) {
      for (const receiver of this.endpoints.receivers(traffic.to)) {
        if (receiver.kind === 'netns' && receiver.netns === sender.netns) continue;
        for (const [proto, ports] of traffic.ports)
          found.push(...this.lacking(sender, receiver, proto, this.wanted(receiver, proto, ports)));
      }
    }
    return distinct(found);
  }

  /** What of these ports a sender does not get an answer from, by no address: an answer to a seldom source port alone is none. */
  private lacking(sender: Sender, receiver: Receiver, proto: FlowProto, ports: RangeSet): readonly Violation[] {
    const passages = this.passages(sender, receiver, new Map([[proto, ports]])).filter(({ way }) =>
      includes(way.facing ?? way.sports, DEFAULT_SPORT),
    );
    const answered = (passage: Passage): RangeSet => {
      const { delivered } = passage.way.fate;
      return proto === 'icmp'
        ? EVERY
        : receiver.kind === 'netns' && delivered !== undefined
          ? [[delivered.port, delivered.port]]
          : passage.asked;
    };
    const open = toSet(
      passages
        .filter((p) => (receiver.kind === 'addresses' && receiver.outside ? p.way.out : p.way.through) === 'yes')
        .flatMap((p) => [...answered(p)]),
    );
    const rest = subtract(ports, open);
    if (rest.length === 0) return [];
    const shown =
      passages.find((p) => p.way.through === 'maybe' && intersect(answered(p), rest).length > 0) ??
      this.refusal(sender, receiver, proto, rest);
    if (shown === undefined) return [];
    return [violationOf({ ...shown, asked: rest }, shown.way.through === 'maybe' ? 'undecided' : 'not reached')].map((v) => ({
      ...v,
      to: proto === 'icmp' ? receiver.label : `${receiver.label}:${formatPorts(rest)}/${proto}`,
    }));
  }

  /** A way that shows why nothing comes of it. */
  private refusal(sender: Sender, receiver: Receiver, proto: FlowProto, ports: RangeSet): Passage | undefined {
    for (const to of this.addresses(receiver)) {
      const way = this.ways.of(sender.client, to, proto).find((w) => w.through !== 'yes' && intersect(w.dports, ports).length > 0);
      if (way !== undefined) return { sender, receiver, way, proto, asked: ports };
    }
    return undefined;
  }

  private violations(assertion: Assertion): readonly Violation[] {
    const { kind, traffic } = assertion;
    switch (kind) {
      case 'allow':
        return this.required(assertion);
      case 'deny':
        return this.forbidden(assertion, this.endpoints.senders(traffic.from));
      case 'only': {
        const chosen = new Set(this.endpoints.senders(traffic.from).map((s) => `${s.client.from} ${s.client.family ?? ''}`));
        return this.forbidden(
          assertion,
          this.endpoints.senders(['any']).filter((s) => !chosen.has(`${s.client.from} ${s.client.family ?? ''}`)),
        );
      }
    }
  }

  check(assertion: Assertion): AssertionResult {
    this.endpoints.unknown.clear();
    const violations = this.violations(assertion);
    const notes = [...this.endpoints.unknown].map((name) => `"${name}" stands for nothing in this snapshot`);
    const { name, comment, kind, severity, origin } = assertion;
    return { name, ...(comment !== undefined && { comment }), kind, severity, origin, passed: violations.length === 0, violations, notes };
  }
}

/** Tests every assertion of a policy. Pure. */
export function checkPolicy(machine: Machine, policy: Policy): PolicyResult {
  const checker = new Checker(machine, new Endpoints(machine, policy.groups));
  const assertions = policy.assertions.map((assertion) => checker.check(assertion));
  const { hostname } = machine.host.meta;
  return {
    format: 'dtrace-path-check/1',
    policy: policy.file,
    ...(hostname !== undefined && { hostname }),
    passed: assertions.every((a) => a.passed || a.severity === 'warning'),
    assertions,
  };
}
