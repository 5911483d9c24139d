import type { SourceKind } from '../model/host.js';
import type { Problem } from '../model/origin.js';
import { append } from './append.js';
import { SnapshotError } from './error.js';
import { looksLikeJson, shortened, type Parsed } from './parsers/source.js';

/** A file of the snapshot: its text, and its name as a person would look for it. */
export interface SourceFile {
  readonly text: string;
  readonly shown: string;
}

/** Where a listing is looked for, and how it is read. */
export interface Listing<T> {
  readonly kind: SourceKind;
  /** Names in order of preference; the content tells JSON from text. */
  readonly names: readonly string[];
  readonly parse: (text: string, file: string) => Parsed<T>;
  readonly isEmpty: (data: T) => boolean;
  /** A listing without entries says that the command failed (there always is an interface `lo`). */
  readonly neverEmpty?: boolean;
}

/** Commands end every line with a line feed, and JSON shows where it ends: a last line that lacks its end is half a line, or of half a file. */
function cutLine({ text, shown }: SourceFile): Problem | undefined {
  if (text.trim() === '' || text.endsWith('\n') || looksLikeJson(text)) return undefined;
  const last = text.slice(text.lastIndexOf('\n') + 1);
  const message = 'the last line has no end: the file may have been cut here; take the listing again, or end it with a line feed';
  return { origin: { file: shown, line: text.split('\n').length }, text: shortened(last), message };
}

/** Reads the listings of one namespace, and keeps account of which were there. */
export class ListingReader {
  readonly sources = new Map<SourceKind, string>();
  readonly problems: Problem[] = [];
  readonly used = new Set<string>();

  constructor(private readonly files: ReadonlyMap<string, SourceFile>) {}

  /** @returns a file of the namespace's folder, and marks it as read. */
  file(name: string): SourceFile | undefined {
    const file = this.files.get(name);
    if (file !== undefined) this.used.add(name);
    return file;
  }

  /**
   * @param endsItself whether `parse` tells by the text alone that it was cut, as it does of all JSON.
   * @returns what `parse` makes of a file; undefined, with a problem noted, where it is broken.
   */
  parse<T>(file: SourceFile, parse: (text: string, file: string) => Parsed<T>, endsItself = false): Parsed<T> | undefined {
    try {
      const parsed = parse(file.text, file.shown);
      const cut = endsItself ? undefined : cutLine(file);
      return cut === undefined ? parsed : { ...parsed, problems: [...parsed.problems, cut] };
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      this.problems.push({
        origin: { file: error.file, line: error.line },
        text: '',
        message: `${error.what}: the file is not used. ${error.remedy}`,
      });
      return undefined;
    }
  }

  /** @returns the first listing among `names` that holds anything. */
  read<T>(listing: Listing<T>): T | undefined {
    let empty: { data: T; file: SourceFile } | undefined;
    for (const name of listing.names) {
      const file = this.file(name);
      const parsed = file === undefined ? undefined : this.parse(file, listing.parse);
      if (file === undefined || parsed === undefined) continue;
      append(this.problems, parsed.problems);
      if (!listing.isEmpty(parsed.data)) return this.take(listing, file, parsed.data);
      const readable = parsed.problems.length === 0 && listing.neverEmpty !== true;
      if (readable) empty ??= { data: parsed.data, file };
    }
    return empty === undefined ? undefined : this.take(listing, empty.file, empty.data);
  }

  private take<T>(listing: Listing<T>, file: SourceFile, data: T): T {
    for (const name of listing.names) if (this.files.has(name)) this.used.add(name);
    this.sources.set(listing.kind, file.shown);
    return data;
  }
}
