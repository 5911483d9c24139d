import type { SourceKind } from '../model/host.js';
import type { FileAccount, Listing } from '../model/listing.js';
import type { Problem } from '../model/origin.js';
import { append } from '../address/append.js';
import { SnapshotError } from './error.js';
import { linesOf, looksLikeJson, shortened, type LeftOut, type Parsed } from './parsers/source.js';

/** A file of the snapshot: its text, and its name as a person would look for it. */
export interface SourceFile {
  readonly text: string;
  readonly shown: string;
  /** What the command that printed it leaves out, where its call was seen. */
  readonly lacks?: readonly LeftOut[];
  /** What every answer that rests on it is to say: which of two takings it is. */
  readonly notes?: readonly string[];
  /** Why nothing of it could be read; its text is then empty, and says nothing. */
  readonly unread?: string;
}

/** Where a listing is looked for, and how it is read. */
export interface Sought<T> {
  readonly kind: SourceKind;
  /** Names in order of preference; the content tells JSON from text. */
  readonly names: readonly string[];
  readonly parse: (text: string, file: string) => Parsed<T>;
  readonly isEmpty: (data: T) => boolean;
  /** Puts together what several files of one listing hold. */
  readonly join?: (parts: readonly T[]) => T;
  /** A listing without entries says that the command failed (there always is an interface `lo`). */
  readonly neverEmpty?: boolean;
}

/** Commands end every line with a line feed, and JSON shows where it ends: a last line that lacks its end is half a line, or of half a file. */
function cutLine({ text, shown }: SourceFile): Problem | undefined {
  if (text.trim() === '' || text.endsWith('\n') || looksLikeJson(text)) return undefined;
  const last = text.slice(text.lastIndexOf('\n') + 1);
  const message = 'the last line has no end: the file may have been cut here; take the listing again, or end it with a line feed';
  return { origin: { file: shown, line: text.split('\n').length }, text: shortened(last), message, kind: 'cut' };
}

/** No command prints a byte of zero: a machine that went down leaves them where a file was not yet written. */
function zeros({ text, shown }: SourceFile): Problem | undefined {
  const at = text.indexOf('\0');
  if (at < 0) return undefined;
  const message = 'bytes of zero, which no command prints: a part of the file may be lost; take the listing again';
  return { origin: { file: shown, line: text.slice(0, at).split('\n').length }, text: '', message, kind: 'cut' };
}

/** Lines that hold something. */
function linesIn(text: string): number {
  let lines = 0;
  for (const _ of linesOf(text)) lines++;
  return lines;
}

/** How many lines, or entries of JSON, the problems are about. */
function unreadAmong(problems: readonly Problem[], file: string, json: boolean): number {
  const about = problems.filter((p) => p.kind === undefined && p.origin.file === file);
  const places = json ? about.length : new Set(about.map((p) => p.origin.line)).size;
  return places + about.reduce((sum, p) => sum + (p.more ?? 0), 0);
}

/** @returns what is to be told of a file that was read: as a listing, and in the account of all files. */
export function listingOf<T>({ text, shown }: SourceFile, { problems, leavesOut = [] }: Parsed<T>): Listing {
  const json = looksLikeJson(text);
  const lines = json ? 0 : linesIn(text);
  const unread = unreadAmong(problems, shown, json);
  const cuts = problems.filter((p) => p.kind === 'cut').map((p) => p.message);
  const why = [
    ...cuts,
    ...(unread === 0
      ? []
      : [json ? `${unread} of its entries were not understood` : `${unread} of its ${lines} lines were not understood`]),
    ...leavesOut.map((left) => left.why),
  ];
  const unshown = leavesOut.flatMap((left) => left.what ?? []);
  return {
    file: shown,
    state: why.length === 0 ? 'whole' : 'part',
    why,
    lines,
    unread,
    ...(text.trim() === '' ? { blank: true as const } : {}),
    ...(cuts.length === 0 ? {} : { cut: true as const }),
    ...(unshown.length === 0 ? {} : { unshown }),
  };
}

/** @returns what is told of a listing that stands in several files. */
export function joined(parts: readonly Listing[]): Listing {
  const why = [...new Set(parts.flatMap((part) => part.why))];
  const unshown = [...new Set(parts.flatMap((part) => part.unshown ?? []))];
  const sum = (of: (part: Listing) => number): number => parts.reduce((n, part) => n + of(part), 0);
  return {
    file: parts[0]?.file ?? '',
    state: why.length === 0 ? 'whole' : 'part',
    why,
    lines: sum((part) => part.lines),
    unread: sum((part) => part.unread),
    ...(unshown.length === 0 ? {} : { unshown }),
  };
}

function withLacks<T>(parsed: Parsed<T>, lacks: readonly LeftOut[] | undefined): Parsed<T> {
  return lacks === undefined ? parsed : { ...parsed, leavesOut: [...(parsed.leavesOut ?? []), ...lacks] };
}

/** Commands that print something whatever is there: JSON has its brackets, and each of these its head or its defaults. */
function mayBeBlank(name: string): boolean {
  return !name.endsWith('.json') && !/^(?:ip6?-rule|ip-addr|ifconfig|sysctl|netstat|brctl-show|ps)\.txt$/.test(name);
}

/** Reads the listings of one namespace, and keeps account of which were there. */
export class ListingReader {
  readonly sources = new Map<SourceKind, Listing>();
  /** Listings that are there and of which nothing could be used, each with its file. */
  readonly refused = new Map<SourceKind, string>();
  readonly problems: Problem[] = [];
  readonly used = new Set<string>();
  private readonly accounts = new Map<SourceFile, FileAccount>();

  constructor(private readonly files: ReadonlyMap<string, SourceFile>) {}

  /** @returns a file of the namespace's folder, and marks it as read. */
  file(name: string): SourceFile | undefined {
    const file = this.files.get(name);
    if (file !== undefined) this.used.add(name);
    return file;
  }

  /** @returns a file of the namespace's folder, and those that go on with the same listing (`ip-route~2.txt`). */
  filesOf(name: string): readonly SourceFile[] {
    const [, stem = name, extension = ''] = /^(.*?)(\.[a-z]+)?$/.exec(name) ?? [];
    const more: SourceFile[] = [];
    for (let i = 2; ; i++) {
      const file = this.file(`${stem}~${i}${extension}`);
      if (file === undefined) break;
      more.push(file);
    }
    const first = this.file(name);
    return first === undefined ? more : [first, ...more];
  }

  /**
   * @param endsItself whether `parse` tells by the text alone that it was cut, as it does of all JSON.
   * @returns what `parse` makes of a file; undefined, with a problem noted, where it is broken.
   */
  parse<T>(file: SourceFile, parse: (text: string, file: string) => Parsed<T>, endsItself = false): Parsed<T> | undefined {
    if (file.unread !== undefined) {
      this.refuse(file);
      return undefined;
    }
    try {
      const parsed = withLacks(parse(file.text, file.shown), file.lacks);
      const cuts = [endsItself ? undefined : cutLine(file), zeros(file)].filter((one) => one !== undefined);
      const whole = cuts.length === 0 ? parsed : { ...parsed, problems: [...parsed.problems, ...cuts] };
      this.account(file, listingOf(file, whole));
      return whole;
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      this.refuse(file);
      this.problems.push({
        origin: { file: error.file, line: error.line },
        text: '',
        message: `${error.what}: the file is not used. ${error.remedy}`,
      });
      return undefined;
    }
  }

  /** @returns what became of the files that were looked at. */
  get filesRead(): readonly FileAccount[] {
    return [...this.accounts.values()];
  }

  /** Notes what of a file is used. */
  private account(source: SourceFile, { file, state, lines, unread }: Listing): void {
    const { notes } = source;
    this.accounts.set(source, { file, used: state, lines, unread, ...(notes === undefined ? {} : { notes }) });
  }

  /** Notes that nothing of a file is used: it is not the listing that its name says. */
  refuse(source: SourceFile): void {
    const { text, shown, unread: why } = source;
    const lines = looksLikeJson(text) ? 0 : linesIn(text);
    this.accounts.set(source, { file: shown, used: 'none', lines, unread: Math.max(lines, 1), ...(why === undefined ? {} : { why }) });
  }

  /** @returns the first listing among `names` that holds anything. */
  read<T>(sought: Sought<T>): T | undefined {
    let empty: { parsed: Parsed<T>; file: SourceFile } | undefined;
    for (const name of sought.names) {
      const file = this.file(name);
      if (file === undefined) continue;
      if (file.unread === undefined && file.text.trim() === '' && !mayBeBlank(name)) {
        this.failed(file);
        continue;
      }
      const parsed = this.parse(file, sought.parse);
      if (parsed === undefined) continue;
      append(this.problems, parsed.problems);
      if (!sought.isEmpty(parsed.data)) return this.take(sought, file, parsed);
      const readable = parsed.problems.length === 0 && sought.neverEmpty !== true;
      if (readable) empty ??= { parsed, file };
      else this.refuse(file);
    }
    if (empty !== undefined) return this.take(sought, empty.file, empty.parsed);
    const there = sought.names.map((name) => this.files.get(name)).find((file) => file !== undefined);
    if (there !== undefined) this.refused.set(sought.kind, there.shown);
    return undefined;
  }

  /** Tells of a file in which its command wrote nothing, though it always writes something. */
  failed(file: SourceFile): void {
    this.refuse(file);
    if (file.unread !== undefined) return;
    const message = 'the file is empty, which this command never prints: it failed, and the file is not used; take the listing again';
    this.problems.push({ origin: { file: file.shown, line: 0 }, text: '', message });
  }

  private take<T>(sought: Sought<T>, file: SourceFile, parsed: Parsed<T>): T {
    for (const name of sought.names) if (this.files.has(name)) this.used.add(name);
    const first = listingOf(file, parsed);
    const { join } = sought;
    const others = join === undefined ? [] : this.others(sought, file);
    this.sources.set(sought.kind, others.length === 0 ? first : joined([first, ...others.map((other) => other.listing)]));
    return join === undefined || others.length === 0 ? parsed.data : join([parsed.data, ...others.map((other) => other.data)]);
  }

  /** The files that go on with a listing, in which each tells something of its own. */
  private others<T>(sought: Sought<T>, first: SourceFile): readonly { readonly data: T; readonly listing: Listing }[] {
    return sought.names
      .flatMap((name) => this.filesOf(name).filter((file) => file !== first && this.files.get(name) !== file))
      .flatMap((file) => {
        const parsed = this.parse(file, sought.parse);
        append(this.problems, parsed?.problems ?? []);
        return parsed === undefined ? [] : [{ data: parsed.data, listing: listingOf(file, parsed) }];
      });
  }
}
