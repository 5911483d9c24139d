import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

const ROOT = new URL('../../fixtures/', import.meta.url).pathname;
/** A mutated text should be read in milliseconds: the few larger recordings are left to the size checks. */
const LONGEST = 60_000;

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)]));
}

function read(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => statSync(path).size <= LONGEST).map((path) => readFileSync(path, 'utf8'));
}

const ALL = filesUnder(ROOT);

/** @returns the different texts of all fixtures whose file name matches. */
export function corpus(name: RegExp): readonly string[] {
  const texts = new Set(read(ALL.filter((path) => name.test(basename(path)))));
  if (texts.size === 0) throw new Error(`no fixture is called ${String(name)}`);
  return [...texts];
}

/** @returns each recorded or written host as a map of its files, without what was recorded for the tests. */
export function hosts(): readonly (readonly [name: string, files: ReadonlyMap<string, string>])[] {
  return ['hosts', 'written-hosts', 'nft-hosts'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .sort()
      .map((name) => [name, filesOf(join(ROOT, folder, name))] as const)
      .filter(([, files]) => files.size > 0),
  );
}

function filesOf(root: string): ReadonlyMap<string, string> {
  const wanted = filesUnder(root).filter((path) => /\.(?:json|txt|conf)$/.test(path) && !/(?:truth|observation)/.test(path));
  return new Map(wanted.map((path) => [relative(root, path), readFileSync(path, 'utf8')]));
}

/** @returns the texts of the audit rules. */
export function ruleTexts(): readonly string[] {
  const folder = new URL('../../rules/', import.meta.url).pathname;
  return read(filesUnder(folder).filter((path) => path.endsWith('.json') && !path.endsWith('schema.json')));
}
