/**
 * The longest name that becomes a folder: room for what is put beside it, below NAME_MAX (255 bytes).
 */
const LONGEST = 200;

/** @returns whether a name may become a folder of the snapshot as it is: no path, no option, nothing that a terminal or a shell acts on. */
export function isFolderName(name: string): boolean {
  return name.length <= LONGEST && /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name);
}

/** @returns a host's name as the beginning of a file's name. */
export function fileStem(host: string): string {
  const stem = host
    .replace(/[^\w.-]/g, '_')
    .replace(/^[.-]+/, '')
    .slice(0, LONGEST);
  return stem === '' ? 'host' : stem;
}

/** @returns ids or names that `docker ps -q` printed; a line that is neither is left out. */
export function idsOf(text: string): string[] {
  return text.split('\n').filter((id) => isFolderName(id));
}

/** @returns the names that `ip netns list` printed (`blue (id: 0)`). */
export function netnsNames(text: string): string[] {
  return text.split('\n').flatMap((line) => (line === '[]' ? [] : line.split(' ')[0] || []));
}
