import { formatIp } from '../../address/ip.js';
import { intersect, type RangeSet } from '../../address/ranges.js';
import type { Machine } from '../../datapath/index.js';
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
    // a translation may lead from any port to the one that is meant
    if (way.unseen) return way.dports;
    const { delivered, unheardIn } = way.fate;
    if (delivered?.netns !== receiver.netns && unheardIn !== receiver.netns) return [];
    if (delivered === undefined) return intersect(way.dports, wanted);
    return wanted.some(([lo, hi]) => delivered.port >= lo && delivered.port <= hi) ? way.dports : [];
  }

  /** @returns every way from a sender to a receiver by which wanted ports may be asked for. */
  between(sender: PolicySender, receiver: Receiver, ports: PortSets): readonly Passage[] {
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

  private touch(sender: PolicySender, receiver: Receiver, { fate }: ReachClass): void {
    for (const netns of fate.touched) this.touched.add(netns);
    if (sender.netns !== undefined) this.touched.add(sender.netns);
    if (receiver.kind === 'netns') this.touched.add(receiver.netns);
  }
}
