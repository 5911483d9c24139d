import fc from 'fast-check';
import { device, ip, mac, number, port, prefix, value } from './values.js';

/** What a word of a listing looks like, so that another of its kind may stand in its place. */
function kindOf(word: string): fc.Arbitrary<string> {
  if (/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(word)) return mac;
  if (/^[\d.]+\/\d+$|^[0-9a-f:]+\/\d+$/i.test(word)) return prefix;
  if (/^\d+\.\d+\.\d+\.\d+$|^[0-9a-f]*:[0-9a-f:]+$/i.test(word)) return ip;
  if (/:(?:\d+|\*)$/.test(word)) return fc.tuple(ip, port).map(([address, number]) => `${address}:${number}`);
  if (/^\d+$/.test(word)) return number;
  return /^(?:eth|veth|br-|docker|lo)/.test(word) ? device : value;
}

function remade(line: string, chosen: readonly number[]): fc.Arbitrary<string> {
  const words = line.split(/(\s+)/);
  const drawn = words.map((word, index) =>
    index % 2 === 0 && word !== '' && chosen.some((n) => n % words.length === index) ? kindOf(word) : fc.constant(word),
  );
  return fc.tuple(...drawn).map((parts) => parts.join(''));
}

/** @returns listings put together from lines of the corpus, some words of each replaced by others of their kind. */
export function relisted(texts: readonly string[]): fc.Arbitrary<string> {
  const lines = [...new Set(texts.flatMap((text) => text.split('\n')))].filter((line) => line.trim() !== '');
  const line = fc
    .tuple(fc.constantFrom(...lines), fc.array(fc.nat({ max: 200 }), { maxLength: 4 }))
    .chain(([text, chosen]) => remade(text, chosen));
  return fc.array(line, { maxLength: 12 }).map((list) => `${list.join('\n')}\n`);
}
