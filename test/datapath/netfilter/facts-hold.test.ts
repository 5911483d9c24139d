import { expect, test } from 'vitest';
import { wrongDeeds, wrongLooks } from './facts-hold.js';

test('what a rule does to packets is what its facts tell', () => {
  expect(wrongDeeds(17, 30)).toEqual([]);
});

test('what a rule looks at is what its facts tell', () => {
  expect(wrongLooks(17, 150)).toEqual([]);
});
