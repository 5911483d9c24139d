import type { Problem } from '../../model/origin.js';
import { SnapshotError } from '../error.js';
import { LIMITS } from '../files.js';
import type { SourceFile } from '../listing.js';
import { looksLikeJson, shortened } from '../parsers/source.js';
import type { Placed } from './placed.js';
import type { NumberedLine, RawFile } from './piece.js';

/** The texts that a snapshot is made of, and what was left aside for something better. */
export interface Texts {
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly passedOver: ReadonlyMap<Placed, string>;
  readonly problems: readonly Problem[];
}

/** What of a listing says the same in each taking of it: without counters and the width of columns. */
function essence({ segment }: Placed): string {
  return segment.lines
    .map(({ text }) =>
      text
        .replace(/\[\d+:\d+\]|\b\d+[KMGT]? packets, \d+[KMGT]? bytes|packets \d+ bytes \d+| # handle \d+/g, '')
        .replace(/^\s*(?:\d+[KMGT]?\s+){2}/, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((text) => text !== '' && !/^(?:# (?:Generated|Completed)|pkts bytes)/.test(text))
    .join('\n');
}

const where = ({ segment: { piece, lines } }: Placed): string => `${piece.file}:${lines[0]?.number ?? piece.saidAt}`;
const pathOf = ({ folder, placing, segment }: Placed): string => {
  if (/\.[a-z]+$/.test(placing.name)) return `${folder}/${placing.name}`;
  return `${folder}/${placing.name}${looksLikeJson(segment.lines.map((l) => l.text).join('\n')) ? '.json' : '.txt'}`;
};
/** A listing that nothing was understood of is an error message in its place. */
const worth = ({ placing, segment }: Placed): number => placing.rank + (segment.understood > 0 ? 100 : 0);

function groups<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = found.get(key);
    if (group === undefined) found.set(key, [item]);
    else group.push(item);
  }
  return found;
}

const EARLIER = /^(?:before|old|previous(?:ly)?|earlier|first)\b/i;
const LATER = /^(?:after|new|now|later|second)\b/i;

/** The taking that stands for now: what is headed so, or not headed as an earlier one; else the last. */
function newest(of: readonly Placed[]): Placed {
  const headed = (words: RegExp, { segment }: Placed): boolean => words.test(segment.piece.title ?? '');
  const now = of.filter((one) => headed(LATER, one));
  const notBefore = of.filter((one) => !headed(EARLIER, one));
  return (now.length > 0 ? now : notBefore.length > 0 ? notBefore : of).at(-1)!;
}

/** How to ask where two files contradict one another: folders may each be a host. */
function howToChoose(one: string, other: string): string {
  const folder = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
  if (folder(one) === folder(other))
    return `Leave one of them out: give ${one} or ${other}, whichever is of the host and the moment that is meant`;
  const folders = [one, other].map((path) => folder(path) || path).sort();
  return `Where each is a host of its own, give one of them: ${folders.join(' or ')}; \`dtrace-path audit --fleet FOLDER\` looks at every host of a folder`;
}

const headedBy = ({ segment: { piece } }: Placed): string => (piece.title === undefined ? '' : ` (“${shortened(piece.title)}”)`);

/** Keeps the later of two takings of one listing in a file; of two files neither is the later. */
function latest(of: readonly Placed[], passedOver: Map<Placed, string>, problems: Problem[]): Placed {
  const kept = newest(of);
  for (const other of of.filter((one) => one !== kept)) {
    const same = essence(other) === essence(kept);
    if (!same && other.segment.piece.file !== kept.segment.piece.file)
      throw new SnapshotError(
        `the same listing (${kept.segment.recogniser?.name ?? ''}) stands in ${other.segment.piece.file} too, and is another one there`,
        kept.segment.piece.file,
        0,
        howToChoose(kept.segment.piece.file, other.segment.piece.file),
      );
    passedOver.set(other, `${where(kept)} holds the same listing${same ? '' : ', taken later'}`);
    if (!same)
      problems.push({
        origin: { file: kept.segment.piece.file, line: kept.segment.lines[0]?.number ?? kept.segment.piece.saidAt },
        text: kept.segment.piece.call?.text ?? kept.segment.recogniser?.name ?? '',
        message: takenOf(kept, other),
        kind: 'contradiction',
      });
  }
  return kept;
}

/** What is said where a listing stands twice and differs: which was taken, and how to ask of the other. */
function takenOf(kept: Placed, other: Placed): string {
  const name = kept.segment.recogniser?.name ?? '';
  return `${name} stands in it twice, and differs: the one at ${where(kept)}${headedBy(kept)} is used, not the one at ${where(other)}${headedBy(other)}; to ask of that one, leave the other out`;
}

/** Lines at the numbers that they have in their file: what is said of a line names it there. */
function textAt(lines: readonly NumberedLine[]): string {
  let at = 1;
  let text = '';
  for (const line of lines) {
    if (line.number > at) {
      text += '\n'.repeat(line.number - at);
      at = line.number;
    }
    text += `${line.text}\n`;
    at++;
  }
  return text;
}

function linesOf({ segment, placing }: Placed): readonly NumberedLine[] {
  const { append, head, as } = placing;
  const written = as === undefined ? segment.lines : segment.lines.map((l, i) => ({ ...l, text: as(l.text, i) }));
  const lines = append === undefined ? written : written.map((l) => ({ ...l, text: `${l.text.trimEnd()}${append}` }));
  const first = lines[0]?.number ?? segment.piece.saidAt;
  return head === undefined || first < 2 ? lines : [{ text: head, number: first - 1 }, ...lines];
}

/** Texts of one file are joined; of JSON each stands alone. */
function fileOf(placed: Placed): string {
  const path = pathOf(placed);
  const { piece, lines } = placed.segment;
  return `${path} ${piece.file} ${path.endsWith('.json') ? (lines[0]?.number ?? 0) : ''}`;
}

/** Whether a file ends in the middle of its last line, which is the last of this listing. */
function endsMidLine(placed: Placed, files: ReadonlyMap<string, string>): boolean {
  const text = files.get(placed.segment.piece.file) ?? '';
  if (text === '' || text.endsWith('\n')) return false;
  return placed.segment.lines.at(-1)?.number === text.split('\n').length;
}

function sourceOf(
  all: readonly Placed[],
  files: ReadonlyMap<string, string>,
  told: readonly Problem[],
  beside: ReadonlySet<string>,
): SourceFile {
  const sorted = [...all].sort((a, b) => (a.segment.lines[0]?.number ?? 0) - (b.segment.lines[0]?.number ?? 0));
  const text = textAt(sorted.flatMap(linesOf));
  const last = sorted.at(-1)!;
  const lacking = all
    .flatMap(({ placing }) => placing.lacks ?? [])
    .filter(({ suppliedBy }) => suppliedBy === undefined || !beside.has(suppliedBy));
  const lacks = [
    ...new Map(lacking.map(({ why, what }) => [`${why} ${String(what)}`, { why, ...(what === undefined ? {} : { what }) }])).values(),
  ];
  const notes = told
    .filter(({ origin }) =>
      all.some(({ segment: { piece, lines } }) => piece.file === origin.file && (lines[0]?.number ?? piece.saidAt) === origin.line),
    )
    .map(({ message }) => message);
  return {
    text: endsMidLine(last, files) ? text.slice(0, -1) : text,
    shown: last.segment.piece.file,
    ...(lacks.length === 0 ? {} : { lacks }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/**
 * Chooses among listings of one place, and joins those that add up.
 * @throws SnapshotError where two files hold one listing and differ, or where there is too much of it.
 */
export function textsOf(placed: readonly Placed[], given: readonly RawFile[]): Texts {
  const files = new Map<string, SourceFile>();
  const passedOver = new Map<Placed, string>();
  const problems: Problem[] = [];
  const raw = new Map(given.map(({ path, text }) => [path, text]));
  let bytes = 0;
  for (const [, rivals] of groups(placed, ({ folder, placing }) => `${folder}/${placing.name.replace(/\.[a-z]+$/, '')}`)) {
    const best = Math.max(...rivals.map(worth));
    const used = rivals.filter((one) => worth(one) === best);
    const kept = [...groups(used, ({ placing }) => placing.variant).values()].map((of) => latest(of, passedOver, problems));
    for (const one of rivals) if (worth(one) < best) passedOver.set(one, `${where(kept[0]!)} shows more`);
    const variants = new Set(kept.map(({ placing }) => placing.variant));
    let more = 0;
    for (const [, ofFile] of groups(kept, (one) => fileOf(one))) {
      const path = pathOf(ofFile[0]!);
      const source = sourceOf(ofFile, raw, problems, variants);
      bytes += source.text.length;
      if (bytes > LIMITS.textBytes)
        throw new SnapshotError('holds too many listings in one file', source.shown, 0, 'Give a folder, one file a listing');
      files.set(files.has(path) ? path.replace(/(\.[a-z]+)$/, `~${++more + 1}$1`) : path, source);
    }
  }
  passOverRivals(files, placed, passedOver);
  return { files, passedOver, problems };
}

/** Listings that are read where a better one is not there (by folder and file, without extension). */
const RIVALS: readonly (readonly [string, RegExp])[] = [
  ['ifconfig', /^ip-addr\./],
  ['netstat', /^ss\./],
];

function passOverRivals(files: Map<string, SourceFile>, placed: readonly Placed[], passedOver: Map<Placed, string>): void {
  for (const path of [...files.keys()]) {
    const [folder, file] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
    const better = RIVALS.find(([rival]) => file === `${rival}.txt`)?.[1];
    const other = better && [...files].find(([name]) => name.startsWith(`${folder}/`) && better.test(name.slice(folder.length + 1)));
    if (other === undefined) continue;
    files.delete(path);
    for (const one of placed)
      if (pathOf(one) === path && !passedOver.has(one)) passedOver.set(one, `${other[1].shown} tells the same: it is read`);
  }
}
