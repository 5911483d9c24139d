/** The folder that this program lies in, compiled or not: `rules/` and `package.json` are beside it. */
const HERE = new URL('./', import.meta.url);

/** @returns where a file of the program is; `path` is relative to this folder, whichever file of a bundle asks. */
export function ownFile(path: string): URL {
  return new URL(path, HERE);
}
