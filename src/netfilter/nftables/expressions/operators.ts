import type { BinaryOperator } from '../ast.js';
import type { Parser } from '../text/parser.js';
import { Token } from '../text/lexer.js';

/** How tightly each binds: the higher the tighter. */
export const LEVEL: Readonly<Record<BinaryOperator, number>> = { '|': 1, '^': 2, '&': 3, '<<': 4, '>>': 4 };

const WORDS: ReadonlyMap<string, BinaryOperator> = new Map([
  ['|', '|'],
  ['^', '^'],
  ['&', '&'],
  ['<<', '<<'],
  ['>>', '>>'],
  ['or', '|'],
  ['xor', '^'],
  ['and', '&'],
  ['lshift', '<<'],
  ['rshift', '>>'],
]);
const LONGEST = 6;

/** @returns the operator that stands here, undefined where none does: mostly none. */
export function operatorHere(p: Parser): BinaryOperator | undefined {
  const { kind, start, end } = p.lex;
  if ((kind !== Token.sign && kind !== Token.word) || end - start > LONGEST) return undefined;
  return WORDS.get(p.lex.value);
}
