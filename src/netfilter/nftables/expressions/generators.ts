import type { Expression, JhashExpression, NumgenExpression, SymhashExpression } from '../ast.js';
import { oneOf, type JsonGrammar, type JsonMembers } from '../json/value.js';
import type { Parser } from '../text/parser.js';

function parseOffset(p: Parser): number {
  return p.take('offset') ? p.number('an offset') : 0;
}

/** The rest of `numgen random mod 10 offset 5`. */
export function parseNumgen(p: Parser): NumgenExpression {
  const mode = p.word('inc or random');
  if (mode !== 'inc' && mode !== 'random') return p.fail(`numgen “${mode}”: inc or random`);
  p.expect('mod');
  return { kind: 'numgen', mode, mod: p.number('how many numbers'), offset: parseOffset(p) };
}

/** @returns what nft prints as `numgen inc mod 2`, of its JSON (libnftables-json(5)). */
export function readNumgen(json: JsonMembers): NumgenExpression {
  const mode = oneOf(json.string('mode'), ['inc', 'random'], 'mode of numgen');
  return { kind: 'numgen', mode, mod: json.number('mod'), offset: json.maybeNumber('offset') ?? 0 };
}

function printOffset(offset: number): string {
  return offset === 0 ? '' : ` offset ${offset}`;
}

/** @returns it as nft prints it: `numgen inc mod 2`. */
export function printNumgen({ mode, mod, offset }: NumgenExpression): string {
  return `numgen ${mode} mod ${mod}${printOffset(offset)}`;
}

/** The rest of `jhash ip saddr . tcp dport mod 4 seed 0xdeadbeef offset 1`. */
export function parseJhash(p: Parser): JhashExpression {
  const of = p.nested(() => p.grammar.left(p));
  p.expect('mod');
  const mod = p.number('how many numbers');
  const seed = p.take('seed') ? p.number('a seed') : undefined;
  return { kind: 'jhash', of, mod, ...(seed === undefined ? {} : { seed }), offset: parseOffset(p) };
}

/** @returns what nft prints as `jhash ip saddr mod 2`, of its JSON (libnftables-json(5)). */
export function readJhash(json: JsonMembers, grammar: JsonGrammar): JhashExpression {
  const seed = json.maybeNumber('seed');
  return {
    kind: 'jhash',
    of: grammar.expression(json.get('expr') ?? null, []),
    mod: json.number('mod'),
    ...(seed === undefined ? {} : { seed }),
    offset: json.maybeNumber('offset') ?? 0,
  };
}

/** @returns it as nft prints it: `jhash ip saddr mod 2`. */
export function printJhash({ of, mod, seed, offset }: JhashExpression, print: (expr: Expression) => string): string {
  const seeded = seed === undefined ? '' : ` seed 0x${seed.toString(16)}`;
  return `jhash ${print(of)} mod ${mod}${seeded}${printOffset(offset)}`;
}

/** The rest of `symhash mod 4 offset 1`. */
export function parseSymhash(p: Parser): SymhashExpression {
  p.expect('mod');
  return { kind: 'symhash', mod: p.number('how many numbers'), offset: parseOffset(p) };
}

/** @returns what nft prints as `symhash mod 2`, of its JSON (libnftables-json(5)). */
export function readSymhash(json: JsonMembers): SymhashExpression {
  return { kind: 'symhash', mod: json.number('mod'), offset: json.maybeNumber('offset') ?? 0 };
}

/** @returns it as nft prints it: `symhash mod 2`. */
export function printSymhash({ mod, offset }: SymhashExpression): string {
  return `symhash mod ${mod}${printOffset(offset)}`;
}
