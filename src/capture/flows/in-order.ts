import type { Groups } from './groups.js';
import type { StrandTable } from './strand-table.js';

/** @returns strands by the time of their first packet; captures read one after the other overlap in time. */
function byFirst(strands: StrandTable): Uint32Array {
  const order = new Uint32Array(strands.count);
  let sorted = true;
  let before = -Infinity;
  for (let id = 0; id < order.length; id++) {
    const first = strands.first(id);
    order[id] = id;
    if (first < before) sorted = false;
    before = first;
  }
  return sorted ? order : order.sort((a, b) => strands.first(a) - strands.first(b) || a - b);
}

/** Strands group by group. */
export interface OrderedGroups {
  readonly strands: Uint32Array;
  /** Where the strands of each group end; they begin where those of the one before do. */
  readonly ends: Uint32Array;
}

/** @returns groups in the order of their first packets, the strands of each likewise (a counting sort: linear in the number of strands). */
export function groupsInOrder(strands: StrandTable, groups: Groups): OrderedGroups {
  const order = byFirst(strands);
  const { length } = order;
  const numberOfRoot = new Uint32Array(length);
  const numbers = new Uint32Array(length);
  const sizes = new Uint32Array(length);
  let count = 0;
  for (let i = 0; i < length; i++) {
    const root = groups.root(order[i]!);
    // one higher than the number, so that 0 stands for none
    const number = (numberOfRoot[root] ||= ++count) - 1;
    numbers[i] = number;
    sizes[number]!++;
  }
  const ends = new Uint32Array(count);
  for (let i = 1; i < count; i++) ends[i] = ends[i - 1]! + sizes[i - 1]!;
  const sorted = new Uint32Array(length);
  // each end begins where its group does, and has moved to its end when the group is whole
  for (let i = 0; i < length; i++) sorted[ends[numbers[i]!]!++] = order[i]!;
  return { strands: sorted, ends };
}
