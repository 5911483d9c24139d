import { expect, it } from 'vitest';
import { NOTE, NOTE_SHIFT, TAKE } from '../../../src/capture/flows/note.js';
import { COL, StrandTable, hashOf } from '../../../src/capture/flows/strand-table.js';

const LANE = 6;
const MANY = 150_000;

/** A note of the first packet of a strand between two ends, of which the second may be the first's own. */
function note(src: number, dst: number): Int32Array {
  const row = new Int32Array(1 << NOTE_SHIFT);
  row[NOTE.src] = src;
  row[NOTE.dst] = dst;
  row[NOTE.ports] = 80;
  row[NOTE.lane] = LANE;
  row[NOTE.kind] = TAKE.tcp;
  row[NOTE.seq] = src ^ dst;
  row[NOTE.hash] = hashOf(src, dst, 80, LANE);
  return row;
}

it('finds every strand again, the latest of its key, however often it has grown', () => {
  const table = new StrandTable();
  const begin = (src: number, dst: number): number => {
    const row = note(src, dst);
    return table.begin(table.slotOfNote(row, 0), row, 0, src, 60);
  };
  const again = new Map<number, number>();
  for (let src = 0; src < MANY; src++) {
    begin(src, src % 7);
    // one of the same key as an earlier one takes its place
    if (src % 1000 === 999) again.set(src >> 1, begin(src >> 1, (src >> 1) % 7));
  }
  const lost: number[] = [];
  let id = 0;
  for (let src = 0; src < MANY; src++) {
    const found = table.find(src, src % 7, 80, LANE);
    if (found !== (again.get(src) ?? id) || table.get(found, COL.src) !== src || table.first(found) !== src) lost.push(src);
    id += src % 1000 === 999 ? 2 : 1;
  }
  expect(lost).toEqual([]);
  expect(table.find(MANY, 0, 80, LANE)).toBe(-1);
});
