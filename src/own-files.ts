import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { getAsset, isSea } from 'node:sea';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { type Pieces, wholeOf } from './pieces.js';

/** The folder that this program lies in, compiled or not: `rules/` and `package.json` are beside it. */
const HERE = new URL('./', import.meta.url);

/** The single executable holds the program's files as one JSON object, by their paths from here. */
const ASSET = 'own-files.json';

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');
}

let held: Readonly<Record<string, string>> | undefined;

/** @returns the files inside the executable; undefined where this is not one (Node.js, "Single executable applications"). */
function inside(): Readonly<Record<string, string>> | undefined {
  if (!isSea()) return undefined;
  if (held === undefined) {
    const parsed: unknown = JSON.parse(getAsset(ASSET, 'utf8'));
    held = isTexts(parsed) ? parsed : {};
  }
  return held;
}

/** A large file lies in the package as pieces of others. */
function unpacked(packed: URL): string {
  // the build wrote it, and the whole is held by its hash
  const pieces = JSON.parse(brotliDecompressSync(readFileSync(packed)).toString('utf8')) as Pieces;
  return wholeOf(pieces, (file) => readFileSync(new URL(file, HERE), 'utf8'));
}

/** @returns a text file of the program; `path` is relative to this folder, whichever file of a bundle asks. Throws where there is none. */
export function readOwnFile(path: string): string {
  const text = inside()?.[path];
  if (text !== undefined) return text;
  const packed = new URL(`${path}.pieces.br`, HERE);
  return existsSync(packed) ? unpacked(packed) : readFileSync(new URL(path, HERE), 'utf8');
}

/** @returns the names of the files of a folder of the program, which ends in `/`. */
export function ownNames(folder: string): readonly string[] {
  const files = inside();
  if (files === undefined) return readdirSync(new URL(folder, HERE));
  return Object.keys(files).flatMap((path) => (path.startsWith(folder) ? [path.slice(folder.length)] : []));
}

/** @returns where a file of the program is, for what is told by its path; the single executable writes it to a folder of its own, which goes when it ends. */
export function ownPath(path: string): string {
  const text = inside()?.[path];
  if (text === undefined) return fileURLToPath(new URL(path, HERE));
  const folder = mkdtempSync(join(tmpdir(), 'dtrace-path-own-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = fileURLToPath(new URL(path, pathToFileURL(join(folder, '/'))));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { flag: 'wx' });
  return file;
}
