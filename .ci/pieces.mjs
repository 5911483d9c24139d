// Tells a text by the pieces that it has in common with others, as src/pieces.ts puts it together again.
import { createHash } from 'node:crypto';

/** Shorter pieces cost more than they save, longer ones are fewer: of the explorer's page (385 KB with brotli alone) 16 leave 172 KB, 24 leave 161, 32 leave 166. */
const LEAST = 24;
/** Every fourth place is looked up: a piece is then found from its fourth character at the latest, and grown backwards. */
const STEP = 4;

/** @returns where each run of characters begins in a text, the first place of each. */
function placesIn(text) {
  const places = new Map();
  for (let i = 0; i + LEAST <= text.length; i += STEP) {
    const key = text.slice(i, i + LEAST);
    if (!places.has(key)) places.set(key, i);
  }
  return places;
}

/** @param others names and texts. @returns Pieces of src/pieces.ts. */
export function piecesOf(whole, others) {
  const text = others.map(([, one]) => one).join('');
  const places = placesIn(text);
  const steps = [];
  let [own, begin, ended] = ['', 0, 0];
  for (let i = 0; i < whole.length;) {
    let place = places.get(whole.slice(i, i + LEAST));
    if (place === undefined) {
      i += 1;
      continue;
    }
    let start = i;
    while (start > begin && place > 0 && whole[start - 1] === text[place - 1]) [start, place] = [start - 1, place - 1];
    let length = i - start + LEAST;
    while (start + length < whole.length && whole[start + length] === text[place + length]) length += 1;
    own += whole.slice(begin, start);
    steps.push(start - begin, place - ended, length);
    [begin, ended, i] = [start + length, place + length, start + length];
  }
  steps.push(whole.length - begin, 0, 0);
  own += whole.slice(begin);
  return { from: others.map(([name]) => name), own, steps, sha256: createHash('sha256').update(whole, 'utf8').digest('hex') };
}
