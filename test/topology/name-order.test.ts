import { expect, it } from 'vitest';
import { byName } from '../../src/topology/name-order.js';

it('names are in the order in which people count them', () => {
  const names = ['app-10', 'app-2', 'app-1', 'app', 'db', 'app-02', '10.0.0.2', '9.0.0.2', 'web2x10', 'web2x9', 'Web', ''];
  expect(names.toSorted(byName)).toEqual([
    '',
    '9.0.0.2',
    '10.0.0.2',
    'Web',
    'app',
    'app-1',
    'app-2',
    'app-02',
    'app-10',
    'db',
    'web2x9',
    'web2x10',
  ]);
});

it('numbers of any length', () => {
  const [long, longer] = [`a${'9'.repeat(5000)}`, `a1${'0'.repeat(5000)}`];
  expect([byName(long, longer) < 0, byName(longer, long) > 0, byName(long, long)]).toEqual([true, true, 0]);
});
