import { expect, test } from 'vitest';
import { wrongDeeds, wrongLooks } from './facts-hold.js';

const SEED = Number(process.env['FACTS_SEED'] ?? Math.floor(Math.random() * 1e9));

test(`what rules of seed ${SEED} do to packets is what their facts tell`, { timeout: 300_000 }, () => {
  expect(wrongDeeds(SEED, 400)).toEqual([]);
});

test(`what rules of seed ${SEED} look at is what their facts tell`, { timeout: 300_000 }, () => {
  expect(wrongLooks(SEED, 2500)).toEqual([]);
});
