/** Whether a list such as `1-20, 80` holds a port. */
export function holdsPort(list: string, port: number): boolean {
  return list.split(', ').some((range) => {
    const [lo = NaN, hi = lo] = range.split('-').map(Number);
    return port >= lo && port <= hi;
  });
}
