import { withGrounds, type Machine, DEFAULT_SPORT } from '../../datapath/index.js';
import { evidenceOf, markAccepted, type Evidence } from '../../inventory/index.js';
import type { Lack } from '../../model/lack.js';
import { isHostNetns } from '../../model/netns.js';
import type { AssertionResult, EmptyName, PolicyResult, Violation } from '../../model/policy.js';
import type { FlowProto } from '../../model/trace.js';
import { formatPorts, includes, intersect, subtract, toSet, type RangeSet } from '../../address/ranges.js';
import { PolicyEndpoints, type Receiver, type PolicySender } from './endpoints.js';
import { distinct, EVERY, violationOf, type Passage } from './passage.js';
import { Passages } from './passages.js';
import type { Assertion, Policy, Traffic } from './read.js';

/** What somebody accepts. */
export interface Allowances {
  /** Names that may stand for nothing. */
  readonly empty: readonly string[];
  /** Files, or folders ending in a slash, that may be missing or known in part. */
  readonly missing: readonly string[];
}

/** Tests a policy's assertions against a host. */
class Checker {
  private readonly evidence: Evidence;
  private readonly passages: Passages;

  constructor(
    private readonly machine: Machine,
    private readonly endpoints: PolicyEndpoints,
    private readonly allowed: Allowances,
  ) {
    this.passages = new Passages(machine);
    this.evidence = evidenceOf(machine.host);
  }

  /** What the snapshot lacks of what tells who is there, of the namespaces that ways led through, and of those to which none can be asked. */
  private lacking(): readonly Lack[] {
    const inside = [...new Set([...this.passages.touched, ...this.endpoints.unseen])]
      .filter((netns) => !isHostNetns(netns))
      .flatMap((netns) => this.evidence.ofWay(netns));
    const addresses = [...this.endpoints.named]
      .filter((netns) => !isHostNetns(netns))
      .flatMap((netns) => this.evidence.lack('addr', netns) ?? []);
    const all = [...this.evidence.ofHost(), ...inside, ...addresses];
    return markAccepted([...new Map(all.map((lack) => [lack.file, lack])).values()], this.allowed.missing);
  }

  private excepted({ except }: Traffic, passage: Passage, from: ReadonlySet<string>, to: readonly Receiver[]): RangeSet {
    if (except === undefined) return passage.asked;
    if (except.from !== undefined && !from.has(passage.sender.client.from)) return passage.asked;
    const taker = passage.way.fate.delivered?.netns;
    const named = to.some((r) => (r.kind === 'netns' ? r.netns === taker : r.addresses.includes(passage.way.witness.to)));
    if (except.to !== undefined && !named) return passage.asked;
    if (except.ports === undefined) return [];
    // of whom it may come to nobody knows which ports are spared
    if (passage.receiver.kind === 'netns' && passage.way.unseen) return passage.asked;
    const spared = except.ports.get(passage.proto);
    if (spared === undefined) return passage.asked;
    return subtract(passage.asked, passage.receiver.kind === 'netns' ? this.passages.meant(passage.receiver, passage.way, spared) : spared);
  }

  /**
   * What one does to oneself is nobody's business: by a name, by `any`, or at an address of one's own. An address that leads back to who
   * asks, by a translation, was forbidden as it stands.
   */
  private isOwnBusiness({ sender, receiver, way }: Passage): boolean {
    if (sender.netns === undefined || way.unseen || way.fate.delivered?.netns !== sender.netns) return false;
    const isNamed = receiver.kind === 'addresses' && !receiver.outside && receiver.label !== 'any';
    return !isNamed || this.passages.own(sender.netns).includes(way.witness.to);
  }

  /** Whether one that is undecided tells all that there is to tell: nothing more is walked for this policy. */
  private isEnough(found: readonly Violation[]): boolean {
    return this.machine.toil.isOver && found.at(-1)?.what === 'undecided';
  }

  private forbidden(assertion: Assertion, senders: readonly PolicySender[]): readonly Violation[] {
    const { traffic } = assertion;
    const receivers = this.endpoints.receivers(traffic.to);
    const exceptFrom = new Set(this.endpoints.senders(traffic.except?.from ?? []).map((s) => s.client.from));
    const exceptTo = this.endpoints.receivers(traffic.except?.to ?? []);
    const found: Violation[] = [];
    for (const sender of senders) {
      for (const receiver of receivers) {
        if (receiver.kind === 'netns' && receiver.netns === sender.netns) continue;
        for (const passage of this.passages.between(sender, receiver, traffic.ports)) {
          const { way } = passage;
          const through = receiver.kind === 'addresses' && receiver.outside ? way.out : way.through;
          if (through === 'no' || this.isOwnBusiness(passage)) continue;
          const left = this.excepted(traffic, passage, exceptFrom, exceptTo);
          // nobody asks for port 0
          const asked = passage.proto === 'icmp' ? left : subtract(left, [[0, 0]]);
          if (asked.length > 0) found.push(violationOf({ ...passage, asked }, through === 'yes' ? 'reached' : 'undecided'));
          if (this.isEnough(found)) return distinct(found);
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
          for (const one of this.unanswered(sender, receiver, proto, this.wanted(receiver, proto, ports))) found.push(one);
        if (this.isEnough(found)) return distinct(found);
      }
    }
    return distinct(found);
  }

  /** What of these ports a sender does not get an answer from, by no address: an answer to a seldom source port alone is none. */
  private unanswered(sender: PolicySender, receiver: Receiver, proto: FlowProto, ports: RangeSet): readonly Violation[] {
    const passages = [...this.passages.between(sender, receiver, new Map([[proto, ports]]))].filter(({ way }) =>
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
  private refusal(sender: PolicySender, receiver: Receiver, proto: FlowProto, ports: RangeSet): Passage | undefined {
    for (const to of this.passages.addresses(receiver)) {
      const way = this.passages.ways.of(sender.client, to, proto).find((w) => w.through !== 'yes' && intersect(w.dports, ports).length > 0);
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
    this.passages.touched.clear();
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
  const checker = new Checker(machine, new PolicyEndpoints(machine, policy.groups), {
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
