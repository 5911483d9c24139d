/** @returns by which word a question names whoever is outside, `lan@eth1` by its first; undefined where it names somebody. */
export function outsideWord(from: string): 'internet' | 'lan' | undefined {
  const [word] = from.split('@', 1);
  return word === 'internet' || word === 'lan' ? word : undefined;
}
