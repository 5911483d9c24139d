/** `10.0.0.0/8`, `fe80::1%eth0`, `::`: what an address or prefix looks like at a line's beginning. */
export const ADDRESS = String.raw`(?:\d{1,3}(?:\.\d{1,3}){0,3}|[0-9a-fA-F]*:[0-9a-fA-F:.]*)(?:%\S+)?(?:/\d{1,3})?`;

/** @returns whether the words of a call ask for one family alone. */
export function askedFamily(args: readonly string[]): 4 | 6 | undefined {
  if (args.some((word) => /^-(?:4|ip4|inet)$/.test(word))) return 4;
  return args.some((word) => /^-(?:6|ip6|inet6)$/.test(word) || word === '--inet6') ? 6 : undefined;
}

/** The words of an `ip` call that are no options: `route show table all`. */
export function objectWords(args: readonly string[]): readonly string[] {
  const plain: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    if (word === '-f' || word === '-family' || word === '-l' || word === '-loops') i++;
    else if (!word.startsWith('-')) plain.push(word);
  }
  return plain;
}

/** @returns whether a word is a beginning of another, as iproute2 takes them: `a`, `addr` and `address`. */
export function isShort(word: string | undefined, ...full: readonly string[]): boolean {
  return word !== undefined && word !== '' && full.some((name) => name.startsWith(word));
}

export const SHOWS = ['show', 'list', 'lst', 'ls'] as const;
