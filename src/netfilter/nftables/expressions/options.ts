import type { ExthdrExpression, OptionExpression, RawOptionExpression } from '../ast.js';
import { fieldType, fieldsOf } from '../fields/headers.js';
import { NotNftJson, type JsonMembers } from '../json/value.js';
import type { Parser } from '../text/parser.js';
import { unlikeRawBits } from './raw-bits.js';

type Kind = 'tcp option' | 'ip option' | 'sctp chunk';

/** Other names of TCP options; listings write the second. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['mss', 'maxseg'],
  ['sack-permitted', 'sack-perm'],
  ['sack0', 'sack'],
  ['noop', 'nop'],
]);

function nameOf(kind: Kind, word: string): string {
  return kind === 'tcp option' ? (ALIASES.get(word) ?? word) : word;
}

/** The option's name and field, `tcp option` being read: a name alone asks whether it is there. */
export function parseOption(p: Parser, kind: Kind): OptionExpression | RawOptionExpression {
  if (kind === 'tcp option' && p.take('@')) return parseRawOption(p);
  const name = nameOf(kind, p.peek());
  if (/^\d+$/.test(name)) {
    p.lex.next();
    if (!p.take('length')) return { kind, name };
    return { kind: 'raw tcp option', option: Number(name), offset: 8, length: 8 };
  }
  const fields = fieldsOf(kind, name);
  if (fields === undefined) return p.fail(`there is no ${kind} ${p.here()}`);
  p.lex.next();
  const field = p.peek();
  if (!fields.has(field)) return { kind, name };
  p.lex.next();
  return { kind, name, field };
}

/** The number of an option is one byte (RFC 9293, 3.1). */
function unlikeRawOption(option: number, offset: number, length: number): string | undefined {
  if (!(option >= 0 && option <= 255)) return `TCP has no option ${option}`;
  const unlike = unlikeRawBits(offset, length);
  return unlike === undefined ? undefined : `a raw TCP option of ${unlike}`;
}

function parseRawOption(p: Parser): RawOptionExpression {
  const option = p.number('the number of an option');
  p.expect(',');
  const offset = p.number('an offset in bits');
  p.expect(',');
  const length = p.number('a length in bits');
  const unlike = unlikeRawOption(option, offset, length);
  return unlike === undefined ? { kind: 'raw tcp option', option, offset, length } : p.fail(unlike);
}

/** `tcp option`, `ip option`, `sctp chunk` of libnftables-json. */
export function readOption(json: JsonMembers, kind: Kind): OptionExpression | RawOptionExpression {
  if (json.has('base')) {
    const [option, offset, length] = [json.number('base'), json.number('offset'), json.number('len')];
    const unlike = unlikeRawOption(option, offset, length);
    if (unlike !== undefined) throw new NotNftJson(unlike);
    return { kind: 'raw tcp option', option, offset, length };
  }
  const name = nameOf(kind, json.string('name'));
  const field = json.maybeString('field');
  if (field !== undefined && fieldType(kind, name, field) === undefined) throw new NotNftJson(`${kind} ${name} has no field “${field}”`);
  return { kind, name, ...(field === undefined ? {} : { field }) };
}

/** @returns an option of TCP, IP, SCTP or DCCP, as nft prints it: `tcp option maxseg size`. */
export function printOption(expr: OptionExpression | RawOptionExpression): string {
  if (expr.kind === 'raw tcp option') return `tcp option @${expr.option},${expr.offset},${expr.length}`;
  return `${expr.kind} ${expr.name}${expr.field === undefined ? '' : ` ${expr.field}`}`;
}

/** A field of an extension header, its name being read: `id` of `frag id`, `addr[1]` of `rt0 addr[1]`. */
export function parseExthdr(p: Parser, name: string): ExthdrExpression {
  const field = p.peek();
  if (fieldsOf('exthdr', name)?.has(field) !== true) return p.fail(`${name} has no field ${p.here()}`);
  p.lex.next();
  if (!p.take('[')) return { kind: 'exthdr', name, field };
  const index = p.number('which of them');
  p.expect(']');
  return { kind: 'exthdr', name, field: `${field}[${index}]` };
}

/** `hbh` of `exthdr hbh exists`. */
export function parseExthdrPresence(p: Parser): ExthdrExpression {
  const name = p.word('an extension header');
  if (fieldsOf('exthdr', name) === undefined) p.fail(`there is no extension header “${name}”`);
  return { kind: 'exthdr', name };
}

/** @returns what nft prints as `exthdr frag`, of its JSON (libnftables-json(5)). */
export function readExthdr(json: JsonMembers): ExthdrExpression {
  const [name, field] = [json.string('name'), json.maybeString('field')];
  if (field === undefined) return { kind: 'exthdr', name };
  if (fieldType('exthdr', name, field) === undefined) throw new NotNftJson(`extension header ${name} has no field “${field}”`);
  return { kind: 'exthdr', name, field };
}

/** @returns it as nft prints it: `exthdr frag`. */
export function printExthdr({ name, field }: ExthdrExpression): string {
  return field === undefined ? `exthdr ${name}` : `${name} ${field}`;
}
