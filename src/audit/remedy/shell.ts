/** @returns a word that a POSIX shell takes as one, whatever it holds. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** @returns a template with `{name}` replaced, each value quoted for the shell. */
export function fill(template: string, values: ReadonlyMap<string, string>): string {
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => {
    const value = values.get(key);
    return value === undefined ? whole : quote(value);
  });
}
