import type { Groups } from './groups.js';
import type { StrandTable } from './strand-table.js';

/** @returns strands by the time of their first packet; captures read one after the other overlap in time. */
function byFirst(strands: StrandTable): Uint32Array {
  const order = new Uint32Array(strands.count);
  let sorted = true;
  for (let id = 0; id < order.length; id++) {
    order[id] = id;
    if (id > 0 && strands.first(id) < strands.first(id - 1)) sorted = false;
  }
  return sorted ? order : order.sort((a, b) => strands.first(a) - strands.first(b) || a - b);
}

/** @returns groups in the order of their first packets, the strands of each likewise (a counting sort: linear in the number of strands). */
export function* groupsInOrder(strands: StrandTable, groups: Groups): Generator<readonly number[]> {
  const order = byFirst(strands);
  const numbers = new Int32Array(strands.count).fill(-1);
  const ends = new Uint32Array(strands.count);
  let count = 0;
  for (const id of order) {
    const root = groups.root(id);
    if (numbers[root]! < 0) numbers[root] = count++;
    ends[numbers[root]!]!++;
  }
  for (let i = 1; i < count; i++) ends[i]! += ends[i - 1]!;
  const members = new Uint32Array(strands.count);
  const next = new Uint32Array(count);
  for (let i = 1; i < count; i++) next[i] = ends[i - 1]!;
  for (const id of order) members[next[numbers[groups.root(id)]!]!++] = id;
  for (let i = 0, at = 0; i < count; i++) {
    // a list of its own: most groups have two strands, and a view of so few costs more than they do
    const ids: number[] = [];
    for (; at < ends[i]!; at++) ids.push(members[at]!);
    yield ids;
  }
}
