import { expect, it } from 'vitest';
import { type Pieces, wholeOf } from '../src/pieces.js';
// @ts-expect-error a script of the build, without declarations
import { piecesOf as written } from '../.ci/pieces.mjs';
import { Rng } from './kernel/generate/rng.js';

const piecesOf = written as (whole: string, others: readonly (readonly [string, string])[]) => Pieces;
/** Also characters of two units, which a piece may part, and what JSON escapes. */
const LETTERS = ['a', 'b', '\n', 'é', '𝄞', '"', '\\', '\u2028'];

/** Texts that have long runs in common. */
function texts(rng: Rng): { readonly whole: string; readonly others: readonly (readonly [string, string])[] } {
  const runs = rng.times(1, 6, () => rng.times(10, 80, () => rng.pick(LETTERS)).join(''));
  const text = (): string => rng.times(0, 12, () => (rng.chance(0.7) ? rng.pick(runs) : rng.pick(LETTERS))).join('');
  return { whole: text(), others: rng.times(0, 3, (i) => [`part-${i}.js`, text()] as const) };
}

it('a text is the same again, whatever it has in common with the others', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const { whole, others } = texts(new Rng(seed));
    const pieces = JSON.parse(JSON.stringify(piecesOf(whole, others))) as Pieces;
    expect(
      wholeOf(pieces, (file) => new Map(others).get(file) ?? ''),
      `seed ${seed}`,
    ).toBe(whole);
  }
});

it('files that are not those it was made of are told, not put together', () => {
  const run = 'what both of them have, of some length';
  const pieces = piecesOf(`own ${run}`, [['part.js', `${run} and more`]]);
  expect(() => wholeOf(pieces, () => `${run.toUpperCase()} and more`)).toThrow(
    'the files of this installation do not belong together (part.js): install dtrace-path anew',
  );
});
