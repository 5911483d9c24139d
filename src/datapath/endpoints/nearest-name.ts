/** Names longer than this are not compared letter by letter. */
const LONGEST = 64;

/** How many letters have to be changed, added, left out or swapped with the next one to make one word of another (Damerau–Levenshtein). */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** @returns the names that somebody may have meant, the likeliest first, at most three: a slip of the pen, or a part of the name. */
export function nearestNames(name: string, known: readonly string[]): readonly string[] {
  const wanted = name.slice(0, LONGEST).toLowerCase();
  if (wanted === '') return [];
  const most = Math.max(1, Math.floor(wanted.length / 3));
  return known
    .map((full) => {
      const other = full.slice(0, LONGEST).toLowerCase();
      return { full, far: wanted.length > 2 && other.includes(wanted) ? 0.5 : distance(wanted, other) };
    })
    .filter(({ far }) => far <= most)
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ full }) => full);
}

/** @returns the nearest names as a question behind a name that nothing has, ` (did you mean web?)`; empty where none is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearestNames(name, known);
  return near.length === 0 ? '' : ` (did you mean ${near.join(' or ')}?)`;
}
