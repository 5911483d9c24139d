import type { Expression, NftFamily, Statement } from '../ast.js';
import type { ValueTypes } from '../types/data-types.js';

/** A JSON value as `JSON.parse` makes it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What stops the reading of a rule or set: what is wrong with it, for a person. */
export class NotNftJson extends Error {}

/** @returns whether a JSON value is a list. */
export function isList(json: Json | undefined): json is readonly Json[] {
  return Array.isArray(json);
}

function isObject(json: Json | undefined): json is { readonly [name: string]: Json } {
  return typeof json === 'object' && json !== null && !isList(json);
}

const SHORT = 120;

/** @returns a value as a message quotes it. */
export function quoted(json: Json | undefined): string {
  const text = JSON.stringify(json) ?? 'nothing';
  return text.length > SHORT ? `${text.slice(0, SHORT)}…` : text;
}

/** The members of an object, each asked for by the type it must have. */
export class JsonMembers {
  private constructor(
    private readonly members: { readonly [name: string]: Json },
    private readonly what: string,
  ) {}

  /** @throws NotNftJson where the value is no object. */
  static of(json: Json | undefined, what: string): JsonMembers {
    if (!isObject(json)) throw new NotNftJson(`${what} should be an object, it is ${quoted(json)}`);
    return new JsonMembers(json, what);
  }

  get(name: string): Json | undefined {
    // a member of its own: `constructor` and its kind are no members
    return Object.hasOwn(this.members, name) ? this.members[name] : undefined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  names(): readonly string[] {
    return Object.keys(this.members);
  }

  string(name: string): string {
    return this.maybeString(name) ?? this.wrong(name, 'text');
  }

  maybeString(name: string): string | undefined {
    const value = this.get(name);
    return value === undefined || value === null ? undefined : typeof value === 'string' ? value : this.wrong(name, 'text');
  }

  number(name: string): number {
    return this.maybeNumber(name) ?? this.wrong(name, 'a number');
  }

  maybeNumber(name: string): number | undefined {
    const value = this.get(name);
    if (value === undefined || value === null) return undefined;
    return typeof value === 'number' && Number.isInteger(value) ? value : this.wrong(name, 'a whole number');
  }

  flag(name: string): boolean {
    const value = this.get(name);
    return value === undefined || value === null ? false : typeof value === 'boolean' ? value : this.wrong(name, 'true or false');
  }

  /** Text, or a list of texts; absent is none. */
  strings(name: string): readonly string[] {
    const value = this.get(name);
    if (value === undefined || value === null) return [];
    const list = isList(value) ? value : [value];
    return list.map((one) => (typeof one === 'string' ? one : this.wrong(name, 'text')));
  }

  object(name: string): JsonMembers {
    return JsonMembers.of(this.get(name), `"${name}"`);
  }

  wrong(name: string, wanted: string): never {
    throw new NotNftJson(`"${name}" of ${this.what} should be ${wanted}, it is ${quoted(this.get(name))}`);
  }
}

/** The parts of the reading that need each other. */
export interface JsonGrammar {
  /** Of the table. */
  readonly family: NftFamily;
  /** A field or value; text and numbers are read as `types`. */
  readonly expression: (json: Json, types: ValueTypes) => Expression;
  readonly statement: (json: Json) => Statement;
}

/** @returns one of the words that are allowed. */
export function oneOf<const T extends string>(word: string, allowed: readonly T[], what: string): T {
  const found = allowed.find((one) => one === word);
  if (found === undefined) throw new NotNftJson(`${what} is “${word}”: it should be one of ${allowed.join(', ')}`);
  return found;
}
