import type { CtExpression, NftFamily } from '../ast.js';
import { CT_KEYS } from '../fields/keys.js';
import { NotNftJson, oneOf, type JsonGrammar, type JsonMembers } from '../json/value.js';
import type { Parser } from '../text/parser.js';

const DIRECTIONS = ['original', 'reply'] as const;
const known = new Map<string, CtExpression>();

/** One object a key. */
function ct(key: string, dir?: 'original' | 'reply', family?: 'ip' | 'ip6'): CtExpression {
  const name = `${key} ${dir} ${family}`;
  const found = known.get(name);
  if (found !== undefined) return found;
  const made: CtExpression = { kind: 'ct', key, ...(dir === undefined ? {} : { dir }), ...(family === undefined ? {} : { family }) };
  known.set(name, made);
  return made;
}

function familyOf(word: string): 'ip' | 'ip6' | undefined {
  return word === 'ip' || word === 'ip6' ? word : undefined;
}

/** The key, `ct` being read: `state`, `original ip saddr`, `reply proto-dst`. */
export function parseCt(p: Parser): CtExpression {
  const dir = DIRECTIONS.find((one) => p.isWord(one));
  if (dir !== undefined) p.lex.next();
  const family = dir === undefined ? undefined : familyOf(p.peek());
  if (family !== undefined) p.lex.next();
  const word = p.peek() === 'l3protocol' ? 'l3proto' : p.peek();
  if (!CT_KEYS.has(word)) return p.fail(`ct has no key ${p.here()}`);
  p.lex.next();
  return ct(word, dir, family ?? familyOfAddress(word, p.family));
}

/** An address without a family has its table's. */
function familyOfAddress(key: string, family: NftFamily): 'ip' | 'ip6' | undefined {
  return key === 'saddr' || key === 'daddr' ? familyOf(family) : undefined;
}

/** @returns what nft prints as `ct state`, of its JSON (libnftables-json(5)). */
export function readCt(json: JsonMembers, grammar: JsonGrammar): CtExpression {
  const word = json.string('key');
  const space = word.indexOf(' ');
  const key = space < 0 ? word : word.slice(space + 1);
  const family = familyOf(space < 0 ? (json.maybeString('family') ?? '') : word.slice(0, space));
  if (!CT_KEYS.has(key)) throw new NotNftJson(`ct has no key “${word}”`);
  const dir = json.maybeString('dir');
  return ct(key, dir === undefined ? undefined : oneOf(dir, DIRECTIONS, 'direction of ct'), family ?? familyOfAddress(key, grammar.family));
}

/** @returns it as nft prints it: `ct state`. */
export function printCt({ key, dir, family }: CtExpression): string {
  return `ct ${dir === undefined ? '' : `${dir} `}${family === undefined ? '' : `${family} `}${key}`;
}
