/** @returns the list cut wherever two neighbours do not belong together. */
export function runs<T>(items: readonly T[], together: (a: T, b: T) => boolean): readonly (readonly [T, ...T[]])[] {
  const out: [T, ...T[]][] = [];
  for (const item of items) {
    const run = out.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && together(last, item)) run.push(item);
    else out.push([item]);
  }
  return out;
}
