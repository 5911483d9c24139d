import type { Field } from '../predicate/field.js';
import { intersect, subtract, type RangeSet } from '../../address/ranges.js';
import { coversOthers, whole, type RuleBox } from './rule-box.js';

/** Part of a box: the values of each field that no rule has taken yet. */
type Piece = ReadonlyMap<Field, RangeSet>;

/** More pieces than this are not followed. */
const MOST_PIECES = 256;

function valuesOf(piece: Piece, field: Field, sample: RangeSet): RangeSet | undefined {
  return piece.get(field) ?? (sample.length === 0 ? undefined : whole(field, sample[0]![0], true));
}

/** Whether two sets have a value in common. */
function meet(a: RangeSet, b: RangeSet): boolean {
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i]![1] < b[j]![0]) i++;
    else if (b[j]![1] < a[i]![0]) j++;
    else return true;
  }
  return false;
}

/** Whether a box takes anything of a piece: most boxes do not, which is told without making anything. */
function takesOf(piece: Piece, box: RuleBox): boolean {
  for (const [field, set] of box.fields) {
    const values = valuesOf(piece, field, set);
    if (values === undefined || !meet(values, set)) return false;
  }
  return true;
}

/** @returns what is left of a piece without a box; undefined where a field cannot be split. */
function without(piece: Piece, box: RuleBox): readonly Piece[] | undefined {
  const left: Piece[] = [];
  let inside: Piece = piece;
  for (const [field, set] of box.fields) {
    const values = valuesOf(inside, field, set);
    if (values === undefined) return undefined;
    const outer = subtract(values, set);
    if (outer.length > 0) left.push(new Map([...inside, [field, outer]]));
    const common = intersect(values, set);
    if (common.length === 0) return [piece];
    inside = new Map([...inside, [field, common]]);
  }
  return left;
}

/**
 * Whether earlier rules take every packet of a rule between them, none of them alone.
 * @returns those that it takes, in order; undefined where a packet is left, or where that is not certain.
 */
export function coveredTogether<T extends { readonly box: RuleBox }>(inner: RuleBox, earlier: readonly T[]): readonly T[] | undefined {
  let left: readonly Piece[] = [inner.fields];
  const used: T[] = [];
  for (const one of earlier) {
    if (!coversOthers(one.box, inner)) continue;
    const next: Piece[] = [];
    let took = false;
    for (const piece of left) {
      const rest = takesOf(piece, one.box) ? without(piece, one.box) : undefined;
      if (rest === undefined || (rest.length === 1 && rest[0] === piece)) next.push(piece);
      else {
        took = true;
        next.push(...rest);
      }
    }
    if (took) used.push(one);
    if (next.length === 0) return needed(inner, used);
    if (next.length > MOST_PIECES) return undefined;
    left = next;
  }
  return undefined;
}

/** Leaves out rules whose share the others take as well. */
function needed<T extends { readonly box: RuleBox }>(inner: RuleBox, used: readonly T[]): readonly T[] {
  if (used.length > 32) return used;
  for (const one of used.slice(0, -1)) {
    const fewer = used.filter((other) => other !== one);
    if (coveredTogether(inner, fewer) !== undefined) return needed(inner, fewer);
  }
  return used;
}
