import { expect, it } from 'vitest';
import { boxOf, coversBox } from '../../../src/netfilter/hygiene/rule-box.js';
import { allOf, negateIf, type Predicate } from '../../../src/netfilter/predicate/predicate.js';

const option = (kind: number): Predicate => ({ op: 'in', field: 'tcpOption', ranges: [[kind, kind]] });

it('a segment carries several TCP options: having one says nothing of another', () => {
  expect(boxOf(allOf(option(2), option(3))).empty).toBe(false);
  expect(coversBox(boxOf(negateIf(true, option(2))), boxOf(option(3)))).toBe(false);
  expect(coversBox(boxOf(option(2)), boxOf(allOf(option(2), option(3))))).toBe(true);
});
