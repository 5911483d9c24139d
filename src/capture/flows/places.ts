import { WAY } from '../decode/packet.js';
import type { AddressTable } from './address-table.js';
import { COL } from './strand-table.js';
import type { StrandTable } from './strand-table.js';
import type { Tap } from './taps.js';

/** What the places of two strands say about whether they can be one conversation. */
export class Places {
  constructor(
    private readonly addresses: AddressTable,
    private readonly taps: readonly Tap[],
  ) {}

  /** @returns whether loopback addresses, which are every namespace's own, are of two namespaces. */
  apart(s: StrandTable, a: number, b: number): boolean {
    if (this.sameNetns(s, a, b)) return false;
    return [a, b].some((id) => this.addresses.isLoopback(s.get(id, COL.src)) || this.addresses.isLoopback(s.get(id, COL.dst)));
  }

  /** @returns whether `first` leaves a namespace that `second` only enters later: one packet is translated the other way round. */
  backwards(s: StrandTable, first: number, second: number): boolean {
    return this.sameNetns(s, first, second) && s.way(first) === WAY.out && s.way(second) === WAY.in;
  }

  private sameNetns(s: StrandTable, a: number, b: number): boolean {
    return s.tap(a) === s.tap(b) || this.taps[s.tap(a)]?.netns === this.taps[s.tap(b)]?.netns;
  }
}
