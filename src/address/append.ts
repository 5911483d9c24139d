/** Adds `more` to `list`; `push(...more)` overflows the stack where there are a hundred thousand of them. */
export function append<T>(list: T[], more: readonly T[]): void {
  for (const item of more) list.push(item);
}
