const PARTS = /\d+|\D+/g;

const withoutZeros = (digits: string): string => digits.replace(/^0+(?=\d)/, '');

/** A number without its leading zeros: the longer is the greater, of equal length the one that reads later. */
function byNumber(a: string, b: string): number {
  const [x, y] = [withoutZeros(a), withoutZeros(b)];
  if (x.length !== y.length) return x.length - y.length;
  return x < y ? -1 : x > y ? 1 : 0;
}

/** @returns the order in which people count names: `app-2` before `app-10`. */
export function byName(a: string, b: string): number {
  const [left, right] = [a.match(PARTS) ?? [], b.match(PARTS) ?? []];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i]!, right[i]!];
    const bothNumbers = /^\d/.test(x) && /^\d/.test(y);
    const order = bothNumbers ? byNumber(x, y) : x < y ? -1 : Number(x > y);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
