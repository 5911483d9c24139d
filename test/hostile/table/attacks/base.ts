import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hosts } from '../../../fuzz/corpus.js';

export const FIXTURES = fileURLToPath(new URL('../../../../fixtures/', import.meta.url));

/** @returns the files of a recorded host. */
export function recorded(name: string): Map<string, string> {
  const found = hosts().find(([one]) => one === name);
  if (found === undefined) throw new Error(`no host is called ${name}`);
  return new Map(found[1]);
}

/** Writes files below a folder. @returns the folder. */
export function written(folder: string, files: Iterable<readonly [path: string, text: string | Buffer]>): string {
  for (const [path, text] of files) {
    const at = join(folder, path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, text);
  }
  return folder;
}

/** Writes one file. @returns its path. */
export function writtenFile(folder: string, name: string, text: string | Buffer): string {
  written(folder, [[name, text]]);
  return join(folder, name);
}

/** @returns the text of a fixture. */
export const fixture = (path: string): string => readFileSync(join(FIXTURES, path), 'utf8');
