import { formatIp } from '../../address/ip.js';
import { withGrounds, type Machine } from '../../datapath/index.js';
import { DEFAULT_SPORT } from '../../datapath/endpoints/plan.js';
import { evidenceOf, markAccepted, type Evidence } from '../../inventory/index.js';
import type { Lack } from '../../model/lack.js';
import type { AssertionResult, EmptyName, PolicyResult, Violation } from '../../model/policy.js';
import type { FlowProto } from '../../model/trace.js';
import { formatPorts, includes, intersect, subtract, toSet, type RangeSet } from '../../address/ranges.js';
import { askedAt } from '../services/asked-at.js';
import { addressesOf } from '../services/own-addresses.js';
import { Ways, type Way } from '../ways.js';
import { Endpoints, type Receiver, type Sender } from './endpoints.js';
import { distinct, EVERY, violationOf, type Passage } from './passage.js';
import type { Assertion, Policy, PortSets, Traffic } from './read.js';

/** What somebody accepts. */
export interface Allowances {
  /** Names that may stand for nothing. */
  readonly empty: readonly string[];
  /** Files, or folders ending in a slash, that may be missing or known in part. */
  readonly missing: readonly string[];
}

/** Tests a policy's assertions against a host. */
class Checker {
  private readonly ways: Ways;
  private readonly evidence: Evidence;
  /** Namespaces that the ways of one assertion lead through, or end in. */
  private readonly touched = new Set<string>();
  /** Where ports of containers may be asked for besides at their own addresses. */
  private readonly elsewhere: readonly string[];

  constructor(
    private readonly machine: Machine,
    private readonly endpoints: Endpoints,
    private readonly allowed: Allowances,
  ) {
    this.ways = new Ways(machine);
    this.evidence = evidenceOf(machine.host);
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
          this.touch(sender, receiver, way);
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

  private touch(sender: Sender, receiver: Receiver, { fate }: Way): void {
    for (const netns of fate.touched) this.touched.add(netns);
    if (sender.netns !== undefined) this.touched.add(sender.netns);
    if (receiver.kind === 'netns') this.touched.add(receiver.netns);
  }

  /** What the snapshot lacks of what tells who is there, of the namespaces that ways led through, and of those to which none can be asked. */
  private lacking(): readonly Lack[] {
    const inside = [...new Set([...this.touched, ...this.endpoints.unseen])]
      .filter((netns) => netns !== 'host')
      .flatMap((netns) => this.evidence.ofWay(netns));
    return markAccepted([...this.evidence.ofHost(), ...inside], this.allowed.missing);
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

  /**
   * What one does to oneself is nobody's business: by a name, by `any`, or at an address of one's own. An address that leads back to who
   * asks, by a translation, was forbidden as it stands.
   */
  private isOwnBusiness({ sender, receiver, way }: Passage): boolean {
    if (sender.netns === undefined || way.fate.delivered?.netns !== sender.netns) return false;
    const isNamed = receiver.kind === 'addresses' && !receiver.outside && receiver.label !== 'any';
    return !isNamed || this.own(sender.netns).includes(way.witness.to);
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
          const through = receiver.kind === 'addresses' && receiver.outside ? way.out : way.through;
          if (through === 'no' || this.isOwnBusiness(passage)) continue;
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
          found.push(...this.unanswered(sender, receiver, proto, this.wanted(receiver, proto, ports)));
      }
    }
    return distinct(found);
  }

  /** What of these ports a sender does not get an answer from, by no address: an answer to a seldom source port alone is none. */
  private unanswered(sender: Sender, receiver: Receiver, proto: FlowProto, ports: RangeSet): readonly Violation[] {
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
    const { endpoints } = this;
    endpoints.forget();
    this.touched.clear();
    const violations = this.violations(assertion);
    const { name, comment, kind, severity, origin } = assertion;
    const names = [...endpoints.empty].map(([name, why]): EmptyName => ({ name, why }));
    const empty = names.filter((one) => !endpoints.isAmong(one.name, this.allowed.empty));
    const allowed = names.filter((one) => endpoints.isAmong(one.name, this.allowed.empty));
    const refuted = violations.some((v) => v.what !== 'undecided');
    const lacking = this.lacking();
    const blanked = [...endpoints.blanked];
    const isOpen = violations.length > 0 || lacking.some((lack) => lack.accepted !== true) || blanked.length > 0;
    const verdict = refuted ? 'failed' : isOpen ? 'undecided' : empty.length > 0 ? 'failed' : 'passed';
    return {
      name,
      ...(comment !== undefined && { comment }),
      ...{ kind, severity, origin, passed: verdict === 'passed', verdict, violations, empty, lacking, blanked },
      notes: allowed.map((one) => `"${one.name}" stands for nothing (${one.why}), which is allowed`),
    };
  }
}

/**
 * Tests every assertion of a policy. Pure.
 * @param allowed names and files that may be empty or missing, beside names that the policy itself allows.
 */
export function checkPolicy(machine: Machine, policy: Policy, allowed: Partial<Allowances> = {}): PolicyResult {
  const checker = new Checker(machine, new Endpoints(machine, policy.groups), {
    empty: [...policy.allowEmpty, ...(allowed.empty ?? [])],
    missing: allowed.missing ?? [],
  });
  const assertions = policy.assertions.map((assertion) => checker.check(assertion));
  const { hostname } = machine.host.meta;
  return {
    format: 'dtrace-path-check/1',
    policy: policy.file,
    ...(hostname !== undefined && { hostname }),
    passed: assertions.every((a) => a.passed || a.severity === 'warning'),
    assertions,
    ...withGrounds(machine.host),
  };
}
