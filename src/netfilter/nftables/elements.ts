import type { DataType, Element, Elements, ElementKey, Expression, PrefixExpression } from './ast.js';
import { maskOf } from '../../address/ip.js';
import type { ValueTypes } from './types/data-types.js';

/** From as many elements on they are kept in columns. */
const MANY = 64;

type Bounds = readonly [lo: number | bigint, hi: number | bigint];

/** @returns the first and last value of a key of one simple type, undefined for other keys. */
export function boundsOf(key: ElementKey, bits: number): Bounds | undefined {
  switch (key.kind) {
    case 'number':
      return [key.value, key.value];
    case 'address':
      return [key.ip, key.ip];
    case 'range': {
      const lo = boundsOf(key.from, bits)?.[0];
      const hi = boundsOf(key.to, bits)?.[0];
      return lo === undefined || hi === undefined ? undefined : [lo, hi];
    }
    case 'prefix':
      return prefixBounds(key.value.kind === 'address' ? key.value.ip : key.value.value, key.length, bits);
    case 'name':
    case 'concat':
    case 'wildcard':
      return undefined;
  }
}

/** A prefix as the kernel holds it: without the bits behind its length. */
export function makePrefix(value: PrefixExpression['value'], length: number, bits: number): PrefixExpression {
  const [first] = prefixBounds(value.kind === 'address' ? value.ip : value.value, length, bits);
  return { kind: 'prefix', value: value.kind === 'address' ? { kind: 'address', ip: first } : { ...value, value: first }, length };
}

function prefixBounds(value: number | bigint, length: number, bits: number): Bounds {
  if (typeof value === 'number' && bits === 32) {
    const mask = Number(maskOf(4, length));
    return [(value & mask) >>> 0, (value | ~mask) >>> 0];
  }
  const hostBits = BigInt(Math.max(bits - length, 0));
  const lo = (BigInt(value) >> hostBits) << hostBits;
  const hi = lo + (1n << hostBits) - 1n;
  return typeof value === 'number' ? [Number(lo), Number(hi)] : [lo, hi];
}

function isPlain(element: Element): boolean {
  return (
    element.data === undefined &&
    element.file === undefined &&
    element.timeout === undefined &&
    element.expires === undefined &&
    element.comment === undefined &&
    element.statements === undefined
  );
}

/** @returns the elements, in columns where they are many, plain, and of one simple type. */
export function collectElements(list: readonly Element[], types: ValueTypes): Elements {
  const type = types[0];
  if (list.length < MANY || types.length !== 1 || type === undefined || type.type === 'verdict' || !list.every(isPlain))
    return { kind: 'list', of: list };
  const bounds: Bounds[] = [];
  const lines: number[] = [];
  for (const element of list) {
    const found = boundsOf(element.key, type.bits);
    if (found === undefined) return { kind: 'list', of: list };
    bounds.push(found);
    lines.push(element.line);
  }
  return columns(bounds, lines, type.type);
}

function columns(bounds: readonly Bounds[], lines: readonly number[], type: DataType): Elements {
  const order = [...bounds.keys()];
  if (bounds.some(([lo], i) => i > 0 && lo < bounds[i - 1]![0]))
    order.sort((a, b) => (bounds[a]![0] < bounds[b]![0] ? -1 : bounds[a]![0] > bounds[b]![0] ? 1 : 0));
  const wide = bounds.some(([lo, hi]) => lo !== hi);
  const column = (side: 0 | 1): Float64Array | readonly bigint[] =>
    typeof bounds[0]![0] === 'number'
      ? Float64Array.from(order, (i) => Number(bounds[i]![side]))
      : order.map((i) => BigInt(bounds[i]![side]));
  const lo = column(0);
  return { kind: 'intervals', type, lo, hi: wide ? column(1) : lo, lines: Uint32Array.from(order, (i) => lines[i]!) };
}

/** @returns whether an expression may be the key of an element: a constant, or what covers several (set_elem_key_expr). */
export function isElementKey(expr: Expression): expr is ElementKey {
  switch (expr.kind) {
    case 'number':
    case 'address':
    case 'name':
    case 'prefix':
    case 'range':
    case 'concat':
    case 'wildcard':
      return true;
    default:
      return false;
  }
}
