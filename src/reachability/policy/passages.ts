import { formatIp } from '../../address/ip.js';
import { intersect, type RangeSet } from '../../address/ranges.js';
import type { Machine } from '../../datapath/index.js';
import type { FlowProto } from '../../model/trace.js';
import { addressesOf, askedAt } from '../../surface/index.js';
import { ReachClasses, type ReachClass } from '../ways.js';
import type { Receiver, PolicySender } from './endpoints.js';
import { EVERY, type Passage } from './passage.js';
import type { PortSets } from './read.js';

/** Finds the ways between the senders and receivers of a policy. */
export class Passages {
  readonly ways: ReachClasses;
  /** Namespaces that the ways of one assertion lead through, or end in. */
  readonly touched = new Set<string>();
  /** Where ports of containers may be asked for besides at their own addresses. */
  private readonly elsewhere: readonly string[];

  constructor(private readonly machine: Machine) {
    this.ways = new ReachClasses(machine);
    this.elsewhere = askedAt(machine).map(formatIp);
  }

  /** Addresses by which a receiver may be asked for: a container also by those of the host, where ports are published. */
  addresses(receiver: Receiver): readonly string[] {
    if (receiver.kind === 'addresses') return receiver.addresses;
    return [...new Set([...this.own(receiver.netns), ...this.elsewhere])];
  }

  /** @returns the addresses of a namespace. */
  own(netns: string): readonly string[] {
    const ns = this.machine.namespaces.get(netns);
    return ns === undefined ? [] : addressesOf(ns).map(formatIp);
  }

  /** The ports of a way that an assertion means: a container's own where it is named, else those asked for. */
  meant(receiver: Receiver, way: ReachClass, wanted: RangeSet): RangeSet {
    if (receiver.kind === 'addresses') return intersect(way.dports, wanted);
    // nobody knows who takes it: a translation may lead from any port to the one that is meant
    if (way.unseen) return way.dports;
    const { delivered, unheardIn } = way.fate;
    if (delivered?.netns !== receiver.netns && unheardIn !== receiver.netns) return [];
    if (delivered === undefined) return intersect(way.dports, wanted);
    return wanted.some(([lo, hi]) => delivered.port >= lo && delivered.port <= hi) ? way.dports : [];
  }

  /** @returns every way from a sender to a receiver by which wanted ports may be asked for. */
  *between(sender: PolicySender, receiver: Receiver, ports: PortSets): Generator<Passage> {
    const addresses = this.addresses(receiver);
    for (const [proto, wanted] of ports) for (const to of addresses) yield* this.at(sender, receiver, to, proto, wanted);
  }

  /** The same at one address. */
  private at(sender: PolicySender, receiver: Receiver, to: string, proto: FlowProto, wanted: RangeSet): readonly Passage[] {
    return this.ways.of(sender.client, to, proto).flatMap((way): readonly Passage[] => {
      this.touch(sender, receiver, way);
      const asked = proto === 'icmp' ? this.pinged(receiver, way, to) : this.meant(receiver, way, wanted);
      return asked.length === 0 ? [] : [{ sender, receiver, way, proto, asked }];
    });
  }

  /** Elsewhere somebody else may answer an echo request. */
  private pinged(receiver: Receiver, { unseen, fate }: ReachClass, to: string): RangeSet {
    const isMeant =
      receiver.kind === 'addresses' || unseen === true || fate.delivered?.netns === receiver.netns || this.own(receiver.netns).includes(to);
    return isMeant ? EVERY : [];
  }

  private touch(sender: PolicySender, receiver: Receiver, { fate }: ReachClass): void {
    for (const netns of fate.touched) this.touched.add(netns);
    if (sender.netns !== undefined) this.touched.add(sender.netns);
    if (receiver.kind === 'netns') this.touched.add(receiver.netns);
  }
}
