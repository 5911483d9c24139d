import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CAUSES } from '../../src/model/cause.js';

const page = readFileSync('docs/causes.md', 'utf8');

test('every cause has a code of its own, and its row in the documentation in that order', () => {
  const rows = [...page.matchAll(/^\| (DTP-\d{3}) \| `([a-z-]+)` +\| (\S.*\S) +\|$/gm)].map(([, code, kind]) => [kind, code]);
  expect(rows).toEqual(Object.entries(CAUSES));
  expect(new Set(Object.values(CAUSES)).size).toBe(Object.keys(CAUSES).length);
});

/** A code that was printed stays what it was: somebody compares it. New ones come at the end of their hundred. */
test('codes stay', () => {
  expect(CAUSES).toMatchSnapshot();
});
