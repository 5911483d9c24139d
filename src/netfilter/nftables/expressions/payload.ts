import type { PayloadExpression, RawPayloadExpression } from '../ast.js';
import { fieldsOf } from '../fields/headers.js';
import { NotNftJson, oneOf, type JsonMembers } from '../json/value.js';
import type { Parser } from '../text/parser.js';
import { unlikeRawBits } from './raw-bits.js';

/** `cfi` is an old name of `dei`. */
function canonicalField(protocol: string, field: string): string {
  return protocol === 'vlan' && field === 'cfi' ? 'dei' : field;
}

const known = new Map<string, PayloadExpression>();

/** One object a field: rule sets name the same few again and again. */
function payload(protocol: string, field: string): PayloadExpression {
  const key = `${protocol} ${field}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const made: PayloadExpression = { kind: 'payload', protocol, field: canonicalField(protocol, field) };
  known.set(key, made);
  return made;
}

const TUNNELS: readonly ('vxlan' | 'geneve' | 'gre' | 'gretap')[] = ['vxlan', 'geneve', 'gre', 'gretap'];

/** @returns whether a header carries a packet whose fields may be named behind it: `vxlan ip saddr`. */
export function isTunnel(protocol: string): boolean {
  return TUNNELS.some((name) => name === protocol);
}

/** A header's field, the header's name being read: `saddr` of `ip saddr`. */
export function parsePayload(p: Parser, protocol: string): PayloadExpression {
  const word = p.peek();
  const fields = fieldsOf('payload', protocol);
  const field = protocol === 'arp' && (word === 'saddr' || word === 'daddr') ? arpAddress(p, word) : word;
  if (fields?.has(field) === true) {
    p.lex.next();
    return payload(protocol, field);
  }
  const tunnel = TUNNELS.find((name) => name === protocol);
  if (tunnel === undefined || (fieldsOf('payload', word) === undefined && word !== ''))
    return p.fail(`${protocol} has no field ${p.here()}`);
  p.lex.next();
  return { ...parsePayload(p, word), inner: tunnel };
}

/** `arp saddr ip`: the second word says which of the two addresses. */
function arpAddress(p: Parser, side: string): string {
  p.lex.next();
  return `${side} ${p.peek()}`;
}

/** `payload` of libnftables-json, by name or raw. */
export function readPayload(json: JsonMembers): PayloadExpression | RawPayloadExpression {
  if (!json.has('protocol')) return readRaw(json);
  const [protocol, field] = [json.string('protocol'), json.string('field')];
  if (fieldsOf('payload', protocol)?.has(field) !== true) throw new NotNftJson(`there is no field “${protocol} ${field}”`);
  const tunnel = json.maybeString('tunnel');
  const made = payload(protocol, field);
  return tunnel === undefined || tunnel === protocol ? made : { ...made, inner: oneOf(tunnel, TUNNELS, 'tunnel') };
}

/** @returns a field of a header, as nft prints it: `ip saddr`. */
export function printPayload(expr: PayloadExpression): string {
  const inner = expr.inner === undefined ? '' : `${expr.inner} `;
  return `${inner}${expr.protocol} ${expr.field}`;
}

const BASES = ['ll', 'nh', 'th', 'ih'] as const;

/** `@th,16,16` is the destination port of whatever is carried, and listed so. */
function rawPayload(base: RawPayloadExpression['base'], offset: number, length: number): PayloadExpression | RawPayloadExpression {
  if (base === 'th' && length === 16 && offset === 0) return payload('th', 'sport');
  if (base === 'th' && length === 16 && offset === 16) return payload('th', 'dport');
  return { kind: 'raw payload', base, offset, length };
}

/** `nh,96,32` of `@nh,96,32`. */
export function parseRawPayload(p: Parser): PayloadExpression | RawPayloadExpression {
  const word = p.word('a header of raw payload');
  const base = BASES.find((one) => one === word) ?? p.fail(`“${word}” is no base of raw payload: ll, nh, th or ih`);
  p.expect(',');
  const offset = p.number('an offset in bits');
  p.expect(',');
  const length = p.number('a length in bits');
  const unlike = unlikeRawBits(offset, length);
  if (unlike !== undefined) p.fail(`raw payload of ${unlike}`);
  return rawPayload(base, offset, length);
}

function readRaw(json: JsonMembers): PayloadExpression | RawPayloadExpression {
  const [offset, length] = [json.number('offset'), json.number('len')];
  const unlike = unlikeRawBits(offset, length);
  if (unlike !== undefined) throw new NotNftJson(`raw payload of ${unlike}`);
  return rawPayload(oneOf(json.string('base'), BASES, 'base'), offset, length);
}

/** @returns bits of a header that have no name, as nft prints them: `@th,16,16`. */
export function printRawPayload({ base, offset, length }: RawPayloadExpression): string {
  return `@${base},${offset},${length}`;
}
