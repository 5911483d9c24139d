import type { Origin } from '../model/origin.js';
import { refuseAt } from './error.js';
import type { List, TableNode, Tree } from './tree.js';

const isNothing = (tree: Tree | undefined): boolean => tree === undefined || (tree.kind === 'leaf' && tree.value === null);

/** @returns the mapping below a key; undefined where there is nothing. @throws ComposeError where it is something else. */
export function tableAt(tree: TableNode, key: string): TableNode | undefined {
  const value = tree.entries.get(key);
  if (value === undefined || isNothing(value)) return undefined;
  return value.kind === 'table' ? value : refuseAt(value.at, `${key} is to be a mapping`);
}

/** @returns the items below a key; a single value is a list of one, where Compose takes it so. */
export function itemsAt(tree: TableNode, key: string, single = false): List['items'] {
  const value = tree.entries.get(key);
  if (value === undefined || isNothing(value)) return [];
  if (value.kind === 'list') return value.items;
  return single && value.kind === 'leaf' ? [value] : refuseAt(value.at, `${key} is to be a list`);
}

/** @returns a value as text. @throws ComposeError where it is a list or a mapping. */
export function textOf(tree: Tree, what: string): string {
  return tree.kind === 'leaf' ? String(tree.value ?? '') : refuseAt(tree.at, `${what} is to be a single value`);
}

/** @returns the value of a key as text; undefined where it is not there, or nothing. @throws ComposeError where it is a list or a mapping. */
export function textAt(tree: TableNode, key: string): string | undefined {
  const value = tree.entries.get(key);
  return value === undefined || isNothing(value) ? undefined : textOf(value, key);
}

/** Words that Compose takes for yes and no where they come from a variable (compose-go, interpolation.go). */
const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'y', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', 'n', 'no', 'off'].map((word) => [word, false] as const),
]);

/** @returns the value of a key as yes or no, in any of the words that Compose takes. @throws ComposeError where it is another. */
export function flagAt(tree: TableNode, key: string): boolean | undefined {
  const text = textAt(tree, key);
  if (text === undefined) return undefined;
  return WORDS.get(text.toLowerCase()) ?? refuseAt(placeOf(tree, key), `${key} is to be true or false, not "${text}"`);
}

/** @returns the value of a key as a whole number from 0 on. @throws ComposeError where it is none. */
export function countAt(tree: TableNode, key: string): number | undefined {
  const text = textAt(tree, key);
  if (text === undefined) return undefined;
  return /^\d{1,6}$/.test(text) ? Number(text) : refuseAt(placeOf(tree, key), `${key} is to be a number, not "${text}"`);
}

/** @returns a whole number, which may be below 0. */
export function wholeAt(tree: TableNode, key: string): number | undefined {
  const text = textAt(tree, key);
  if (text === undefined) return undefined;
  return /^-?\d{1,9}$/.test(text) ? Number(text) : refuseAt(placeOf(tree, key), `${key} is to be a whole number, not "${text}"`);
}

/** @returns keys and texts of a mapping, or of a list of KEY=VALUE. */
export function pairsAt(tree: TableNode, key: string): ReadonlyMap<string, string> {
  const value = tree.entries.get(key);
  if (value === undefined || isNothing(value)) return new Map();
  if (value.kind === 'table') return new Map([...value.entries].map(([name, one]) => [name, textOf(one, `${key}.${name}`)]));
  return new Map(
    itemsAt(tree, key).map((item) => {
      const [name = '', ...rest] = textOf(item, key).split('=');
      return [name, rest.join('=')] as const;
    }),
  );
}

/** @returns where a key stands in its file; where it does not, what it would stand in. */
export function placeOf(tree: TableNode, key: string): Origin {
  return tree.entries.get(key)?.at ?? tree.at;
}

/** @throws ComposeError on a key that Compose does not know, or that is not understood here: what it does would be missing. */
export function onlyKeys(tree: TableNode, known: ReadonlySet<string>, what: string): void {
  for (const [key, value] of tree.entries)
    if (!known.has(key) && !key.startsWith('x-'))
      refuseAt(value.at, `"${key}" in ${what} is not understood, so what it opens is not known`);
}
