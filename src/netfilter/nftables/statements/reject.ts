import type { NftFamily, RejectStatement } from '../ast.js';
import { oneOf, NotNftJson, JsonMembers, type Json } from '../json/value.js';
import type { Parser } from '../text/parser.js';
import { BadValue, constantOf } from '../types/constant.js';
import { simpleType } from '../types/data-types.js';
import { symbolName } from '../types/symbols.js';

type Type = RejectStatement['type'];

const CODES = { icmp: 'icmp_code', icmpv6: 'icmpv6_code', icmpx: 'icmpx_code' } as const;
/** Port unreachable: what bare `reject` answers. */
const DEFAULT: Readonly<Record<Exclude<Type, 'tcp reset'>, number>> = { icmp: 3, icmpv6: 4, icmpx: 1 };

/** What bare `reject` means in a table of a family (stmt_evaluate_reject_default). */
function bareOf(family: NftFamily): RejectStatement {
  const type = family === 'ip' ? 'icmp' : family === 'ip6' ? 'icmpv6' : 'icmpx';
  return { kind: 'reject', type, code: DEFAULT[type], bare: true };
}

function withCode(type: Exclude<Type, 'tcp reset'>, word: string, family: NftFamily): RejectStatement {
  const code = constantOf(word, simpleType(CODES[type]));
  const value = code.kind === 'number' ? Number(code.value) : DEFAULT[type];
  const usual = bareOf(family);
  return { kind: 'reject', type, code: value, bare: type === usual.type && value === usual.code };
}

const TYPES: ReadonlyMap<string, Exclude<Type, 'tcp reset'>> = new Map([
  ['icmp', 'icmp'],
  ['icmpv6', 'icmpv6'],
  ['icmpx', 'icmpx'],
]);

/** The rest of `reject with icmp type host-unreachable`; `type` may be left out. */
export function parseReject(p: Parser): RejectStatement {
  if (!p.take('with')) return bareOf(p.family);
  if (p.take('tcp')) {
    p.expect('reset');
    return { kind: 'reject', type: 'tcp reset', bare: false };
  }
  const { line } = p;
  const type = TYPES.get(p.peek()) ?? p.fail(`reject with ${p.here()}: icmp, icmpv6, icmpx or tcp reset`);
  p.lex.next();
  p.take('type');
  try {
    return withCode(type, p.resolved('a code of ICMP'), p.family);
  } catch (error) {
    if (error instanceof BadValue) return p.failAt(error.message, line);
    throw error;
  }
}

/** @param family of the table: a bare reject's type is its. */
export function readReject(json: Json, family: NftFamily): RejectStatement {
  if (json === null) return bareOf(family);
  const view = JsonMembers.of(json, 'reject');
  const said = view.maybeString('type');
  if (said === undefined) return bareOf(family);
  const type = oneOf(said, ['icmp', 'icmpv6', 'icmpx', 'tcp reset'], 'type of reject');
  if (type === 'tcp reset') return { kind: 'reject', type, bare: false };
  const code = view.get('expr');
  if (code === undefined || code === null) return { kind: 'reject', type, code: DEFAULT[type], bare: type === bareOf(family).type };
  if (typeof code !== 'string' && typeof code !== 'number') throw new NotNftJson('the code of a reject should be a name or a number');
  return withCode(type, String(code), family);
}

/** @returns it as nft prints it: `reject with tcp reset`. */
export function printReject({ type, code, bare }: RejectStatement): string {
  if (type === 'tcp reset') return 'reject with tcp reset';
  return bare || code === undefined ? 'reject' : `reject with ${type} ${symbolName(CODES[type], code) ?? code}`;
}
