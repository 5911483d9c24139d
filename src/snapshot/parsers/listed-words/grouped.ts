/** The words of `-m NAME …` matches, one list each. */
function segments(words: readonly string[]): string[][] {
  const found: string[][] = [];
  words.forEach((word, at) => {
    if (word === '-m' || found.length === 0) found.push([]);
    found.at(-1)?.push(words[at] ?? '');
  });
  return found;
}

const flagsOf = (segment: readonly string[]): readonly string[] => segment.filter((word) => word.startsWith('--'));

/** @returns matches as iptables-save writes them: what one module prints in a row is one match, unless it says a thing twice. */
export function grouped(words: readonly string[]): readonly string[] {
  const made: string[][] = [];
  for (const segment of segments(words)) {
    const last = made.at(-1);
    const same = last !== undefined && last[1] === segment[1] && !flagsOf(segment).some((flag) => flagsOf(last).includes(flag));
    if (same) last.push(...segment.slice(2));
    else made.push([...segment]);
  }
  return made.flat();
}
