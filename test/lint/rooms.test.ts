import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';

const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as { forbidden: readonly { name: string }[] };

/** The program and its commands may import every room. */
const TOP = ['cli', 'commands'];

it('every room of the source has a rule on what it may import, and one on how it is entered', () => {
  const rooms = readdirSync('src', { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && !TOP.includes(entry.name) ? [entry.name] : [],
  );
  const named = new Set(forbidden.map(({ name }) => name));
  const without = rooms.filter(
    (room) => !named.has(`layer-${room}`) || (!['model', 'address'].includes(room) && !named.has(`${room}-by-its-face`)),
  );
  expect(without).toEqual([]);
});
