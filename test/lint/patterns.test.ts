import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { patternsBelow, patternsIn, pumpsOf, type Pattern } from './patterns.js';

/** What looks at each character for each other needs sixteen times as long for four times as much, what looks at each once four times. */
const [SHORT, LONG] = [5_000, 20_000];
/** Below so many milliseconds of the processor's nothing is told from noise: each character once takes a thousandth of that. */
const TELLING = 15;
/** Nor does any need so many for the short text. */
const HOPELESS = 150;
/** What something else of the machine costs at one time it does not cost each time. */
const TIMES = 3;

const placed = ({ place, source }: Pattern, text: string): string => `${place} /${source}/ on ${JSON.stringify(text)}…`;

function spent({ source, flags }: Pattern, text: string): number {
  const pattern = new RegExp(source, flags);
  const before = process.cpuUsage();
  if (flags.includes('g')) text.replace(pattern, '');
  else pattern.test(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** @returns the least of some measurements; the first that is below what is enough ends them. */
function leastOf(measure: () => number, enough: number): number {
  let least = Infinity;
  for (let i = 0; i < TIMES && least >= enough; i++) least = Math.min(least, measure());
  return least;
}

/** @returns the texts on which a pattern takes more than its share of time. */
function slowOn(pattern: Pattern): readonly string[] {
  // a sticky one is asked at one place at a time
  if (pattern.flags.includes('y')) return [];
  return pumpsOf(pattern).flatMap(([begins, over]) =>
    ['\u0001', '\n\u0001'].flatMap((ends) => {
      const made = (length: number): string => begins + over.repeat(Math.ceil(length / over.length)) + ends;
      const least = (length: number, enough: number): number => leastOf(() => spent(pattern, made(length)), enough);
      const short = least(SHORT, 1);
      // what is as slow as that is not waited for at four times the length
      if (short > HOPELESS) return [placed(pattern, begins + over)];
      const long = least(LONG, TELLING);
      return long < TELLING || long < 8 * short ? [] : [placed(pattern, begins + over)];
    }),
  );
}

it('no regular expression that reads other people’s text takes longer than its length', () => {
  const all = patternsBelow(fileURLToPath(new URL('../../src', import.meta.url)));
  expect(all.length).toBeGreaterThan(900);
  expect(all.flatMap(slowOn)).toEqual([]);
});

it.each([
  ['what may begin anywhere and end nowhere', String.raw`/\bsrc=\S+ dst=\S+/`],
  ['a beginning that the rest takes as well', String.raw`/(?:^|\/)(proc\/.*)$/`],
])('%s is found', (_, literal) => {
  const [pattern] = patternsIn(`const a = ${literal};`, 'x.ts');
  expect(slowOn(pattern!).length).toBeGreaterThan(0);
});
