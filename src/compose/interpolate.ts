import type { Origin } from '../model/origin.js';
import { refuseAt } from './error.js';
import type { Tree } from './tree.js';

/** The variables a project is written with, and which of them nobody set. */
export interface Variables {
  readonly values: ReadonlyMap<string, string>;
  /** Told once a name: it stands for nothing then. */
  readonly unset: Map<string, Origin>;
  /** How many characters were filled in so far. */
  readonly spent: { characters: number };
}

const NAME = /^[a-z_]\w*/i;
/** What people write stays far below: variables of variables make more of few lines. */
const LONGEST = 65_536;
const DEEPEST = 32;
const MOST = 4_194_304;
const OPERATOR = /^(?::[-?+]|[-?+])/;

/** @returns where the brace that opens at `from` closes; -1 where it does not. */
function closing(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if (text.startsWith('${', i)) {
      depth++;
      i++;
    } else if (text[i] === '}' && --depth === 0) return i;
  }
  return -1;
}

function lookup(name: string, variables: Variables, at: Origin): string {
  const value = variables.values.get(name);
  if (value === undefined && !variables.unset.has(name)) variables.unset.set(name, at);
  return value ?? '';
}

/** `NAME`, `NAME:-default`, `NAME-default`, `NAME:?message`, `NAME?message`, `NAME:+other`, `NAME+other`. */
function braced(inner: string, variables: Variables, at: Origin, depth: number): string {
  const name = NAME.exec(inner)?.[0] ?? refuseAt(at, 'a ${ is not followed by the name of a variable; a dollar sign is written $$');
  const rest = inner.slice(name.length);
  if (rest === '') return lookup(name, variables, at);
  const operator =
    OPERATOR.exec(rest)?.[0] ?? refuseAt(at, 'what follows the name of a variable in ${…} is not understood: :-, -, :?, ?, :+ and + may');
  const word = rest.slice(operator.length);
  const value = variables.values.get(name);
  const isThere = value !== undefined && (!operator.startsWith(':') || value !== '');
  switch (operator.at(-1)) {
    case '?':
      if (!isThere) refuseAt(at, `the variable ${name} has to be set${word === '' ? '' : ` (${word})`}: in .env, or by --env-file`);
      return value;
    case '+':
      return isThere ? fill(word, variables, at, depth + 1) : '';
    default:
      return isThere ? value : fill(word, variables, at, depth + 1);
  }
}

/**
 * Puts variables into a text, as Compose does (compose-go, template.go): `$NAME`, `${NAME…}`; `$$` is a dollar sign.
 * A dollar sign before anything else stands for itself, as in `$(date)`.
 * @throws ComposeError where a variable is demanded and not set, or what stands in braces is none.
 */
export function fill(text: string, variables: Variables, at: Origin, depth = 0): string {
  if (depth > DEEPEST) refuseAt(at, `more than ${DEEPEST} variables, one inside the other`);
  let out = '';
  for (let i = 0; i < text.length; i++) {
    if (out.length > LONGEST) refuseAt(at, `longer than ${LONGEST} characters once its variables are filled in`);
    if (text[i] !== '$') {
      out += text[i];
      continue;
    }
    const next = text[i + 1];
    const name = NAME.exec(text.slice(i + 1))?.[0];
    if (next === '$') {
      out += '$';
      i++;
    } else if (next === '{') {
      const end = closing(text, i);
      if (end < 0) refuseAt(at, 'a ${ is not closed; a dollar sign is written $$');
      out += braced(text.slice(i + 2, end), variables, at, depth);
      i = end;
    } else if (name === undefined) out += '$';
    else {
      out += lookup(name, variables, at);
      i += name.length;
    }
  }
  variables.spent.characters += out.length;
  if (variables.spent.characters > MOST) refuseAt(at, `more than ${MOST} characters once variables are filled in`);
  return out;
}

/** Fills every value of a tree; keys stay as they are. */
export function interpolated(tree: Tree, variables: Variables): Tree {
  switch (tree.kind) {
    case 'leaf':
      return typeof tree.value === 'string' && tree.value.includes('$') ? { ...tree, value: fill(tree.value, variables, tree.at) } : tree;
    case 'list':
      return { ...tree, items: tree.items.map((item) => interpolated(item, variables)) };
    case 'table':
      return { ...tree, entries: new Map([...tree.entries].map(([key, value]) => [key, interpolated(value, variables)])) };
  }
}
