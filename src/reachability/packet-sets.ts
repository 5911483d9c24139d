import { familyOf, formatIp, parseIp, type Family, type Ip } from '../address/ip.js';
import type { Machine } from '../datapath/index.js';
import type { FlowRequest } from '../model/trace.js';
import { addressClasses } from './classes/address-classes.js';
import { tellsEachApart } from './classes/lone-addresses.js';
import { FlowClasses } from './classes/flow-class.js';
import type { FlowClass } from './classes/equivalence-class.js';
import type { Partition } from './classes/partition.js';
import { after, type RangeSet } from '../address/ranges.js';

/** Flows that share one fate, in all dimensions: who sends, to whom, from and to which ports. */
export interface PacketSet extends FlowClass {
  /** Outside senders; absent where a namespace of the snapshot sends. */
  readonly sources?: RangeSet;
  readonly destinations: RangeSet;
}

/** @returns the second member of a class that has several. */
function second(block: RangeSet): string {
  const [[lo, hi] = [0, 0], next] = block;
  return formatIp(lo < hi ? after(lo) : (next?.[0] ?? lo));
}

/**
 * All packets of a host, parted into sets that fare alike. A set is found by walking one of its members; what the others
 * come to follows from what each station on the way looks at.
 */
export class PacketSets {
  private readonly flows: FlowClasses;
  private readonly addresses = new Map<Family, Partition>();
  private readonly folded = new Map<Family, boolean>();
  private readonly blocks = new Map<string, { readonly block: RangeSet; readonly example: string }>();

  constructor(readonly machine: Machine) {
    this.flows = new FlowClasses(machine);
  }

  private partition(family: Family): Partition {
    let known = this.addresses.get(family);
    if (known === undefined) this.addresses.set(family, (known = addressClasses(this.machine, family, true, undefined, true)));
    return known;
  }

  /** Where no ranges describe which addresses fare alike, each is a class of its own. */
  private alone(family: Family): boolean {
    let known = this.folded.get(family);
    if (known === undefined) this.folded.set(family, (known = tellsEachApart(this.machine, family)));
    return known;
  }

  /** The class of an address, and the member that stands for it. */
  private block(text: string, ip: Ip): { readonly block: RangeSet; readonly example: string } {
    const known = this.blocks.get(text);
    if (known !== undefined) return known;
    const family = familyOf(ip);
    const block = this.alone(family) ? [[ip, ip] as const] : this.partition(family).blockOf(ip);
    const found = { block, example: formatIp(block[0]?.[0] ?? ip) };
    this.blocks.set(text, found);
    return found;
  }

  /**
   * @param flow `from` is the name of a namespace, or an address; `to` is an address.
   * @returns the set that the flow is a member of.
   */
  of(flow: FlowRequest): PacketSet {
    const from = parseIp(flow.from);
    const to = parseIp(flow.to);
    const source = from === undefined || this.machine.ownerOf(from) !== undefined ? undefined : this.block(flow.from, from);
    const destination = to === undefined ? { block: [], example: flow.to } : this.block(flow.to, to);
    // what one rule puts into a set and another looks up there tells a sender's own address from all others
    const apart = source?.example === destination.example && flow.from !== flow.to;
    const like = { ...flow, from: source?.example ?? flow.from, to: apart ? second(destination.block) : destination.example };
    const known = this.flows.classOf(like);
    const found = known.opaque === undefined ? known : this.flows.single(like);
    return { ...found, destinations: destination.block, ...(source !== undefined && { sources: source.block }) };
  }
}
