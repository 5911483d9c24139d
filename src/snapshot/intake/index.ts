import type { TakenPart } from '../../model/intake.js';
import { HOST_NETNS, isHostNetns, netnsFolder } from '../../model/netns.js';
import type { Problem } from '../../model/origin.js';
import { SnapshotError } from '../error.js';
import type { SourceFile } from '../listing.js';
import { shortened } from '../parsers/source.js';
import { apportPieces } from './apport.js';
import { cleanLines, dedented, withoutCodeIndent } from './clean.js';
import { callOfName } from './known-call.js';
import { ContainerNames } from './names.js';
import { oneHost } from './one-host.js';
import type { NumberedLine, Piece, Placing, RawFile } from './piece.js';
import type { Placed } from './placed.js';
import { promptIn } from './prompt.js';
import { RECOGNISERS } from './recognisers/index.js';
import { IS_CONFIGURATION, isConfiguration } from './recognisers/configuration.js';
import { placeJson } from './recognisers/json.js';
import { type PieceSegment, segmentsOf } from './segment.js';
import { splitFile } from './split.js';
import { type TakenOff, stretchOf } from './stretch.js';
import { textsOf } from './texts.js';
import { unwrapped } from './unwrap.js';

/** What came of files of any names. */
export interface Intake {
  /** Paths of the snapshot's own to their texts, each with the name of the file it came from and the lines it has there. */
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly parts: readonly TakenPart[];
  readonly problems: readonly Problem[];
}

/** Whether a line is the first of a listing, or the prompt before one. */
function beginsListing(line: string): boolean {
  return RECOGNISERS.some((kind) => kind.begins(line)) || promptIn(line)?.call !== undefined;
}

/** A file that says nothing itself is told by its name, and by the folder that a support bundle puts it in. */
function piecesOf({ path, text }: RawFile): readonly Piece[] {
  const call = callOfName(path);
  if (call !== undefined && isConfiguration(path)) return [{ file: path, lines: cleanLines(text), saidAt: 0, call }];
  const report = apportPieces(path, cleanLines(text));
  if (report !== undefined) return report;
  const pieces = splitFile(path, unwrapped(withoutCodeIndent(dedented(cleanLines(text)), beginsListing)));
  if (call === undefined) return pieces.map((piece) => ({ ...piece, lines: dedented(piece.lines) }));
  const named = { call, ...(call.netns === undefined ? {} : { netns: call.netns }) };
  if (pieces.length === 0) return [{ file: path, lines: [], saidAt: 0, ...named }];
  return pieces.map((piece, i) => ({ ...piece, ...(i === 0 && piece.call === undefined ? named : {}), lines: dedented(piece.lines) }));
}

/** Files by their paths inside of what was given. */
type Inside = ReadonlyMap<string, string>;

function folderOf({ piece, call }: PieceSegment, placing: Placing, names: ContainerNames, inside: Inside): string | undefined {
  if (placing.folder === 'docker') return 'docker';
  const pid = call?.pid ?? piece.call?.pid;
  if (pid !== undefined) {
    const name = names.withPid(pid);
    return name === undefined ? undefined : netnsFolder(name);
  }
  const ref =
    piece.netns ??
    (inside.get(piece.file) ?? piece.file)
      .split('/')
      .slice(0, -1)
      .reverse()
      .find((folder) => names.has(folder));
  return netnsFolder(ref === undefined || isHostNetns(ref) ? HOST_NETNS : names.nameOf(ref));
}

function placeOne(segment: PieceSegment, names: ContainerNames, inside: Inside): Placed | string {
  const { recogniser, lines, call, piece } = segment;
  if (recogniser === undefined) return '';
  const stretch = call?.filter === undefined ? undefined : stretchOf(call.filter, (lines.at(-1)?.number ?? piece.saidAt) - piece.saidAt);
  if (call?.filter !== undefined && stretch === undefined && recogniser.name !== 'sysctl' && recogniser.linesAlone !== true)
    return `what \`${shortened(call.filter)}\` left of the listing: take it whole`;
  const texts = lines.map((line) => line.text);
  const placing =
    (/^\s*[[{]/.test(texts[0] ?? '') ? placeJson(texts.join('\n'), recogniser, call) : undefined) ?? recogniser.place(texts, call);
  if (typeof placing === 'string') return placing;
  const folder = folderOf(segment, placing, names, inside);
  if (folder === undefined) return `of process ${piece.call?.pid ?? 0}, and nothing tells whose it is`;
  return { segment: stretch === undefined ? segment : { ...segment, lines: withMarks(lines, stretch) }, placing, folder };
}

/** What a reader takes for a place where lines were left out, as people mark it. */
const LEFT_OUT = '...';

/** A listing with a mark at each end that was taken off. */
function withMarks(lines: readonly NumberedLine[], { start, end }: TakenOff): readonly NumberedLine[] {
  const mark = (line: NumberedLine | undefined): NumberedLine[] => (line === undefined ? [] : [{ text: LEFT_OUT, number: line.number }]);
  return [...(start ? mark(lines[0]) : []), ...lines, ...(end ? mark(lines.at(-1)) : [])];
}

function partOf({ piece, lines, recogniser }: PieceSegment, taken: Placed | string): TakenPart {
  const [first, last] = [lines[0]?.number ?? piece.saidAt, lines.at(-1)?.number ?? piece.saidAt];
  const place = typeof taken === 'string' ? {} : { place: `${taken.folder}/${taken.placing.name}` };
  return {
    file: piece.file,
    from: first,
    to: last,
    ...(recogniser === undefined ? {} : { kind: recogniser.name }),
    ...(piece.call === undefined ? {} : { command: shortened(piece.call.text) }),
    ...place,
    ...(typeof taken === 'string' && taken !== '' ? { why: taken } : {}),
  };
}

/** What tells of packets alone, and of what is set at a start: no path rests on either. */
const ASIDE: readonly (readonly [RegExp, string])[] = [
  [/\/testimony(?:~\d+)?\.txt$/, "packets that were there, not the host's state"],
  [/\/start-[\w-]+(?:~\d+)?\.txt$/, IS_CONFIGURATION],
];
const asideOf = (path: string): string | undefined => ASIDE.find(([pattern]) => pattern.test(path))?.[1];

/** So many reasons are given where nothing of what was given is of use. */
const MOST_REASONS = 5;

/**
 * Tells the listings apart that files of any names hold, and puts each where a snapshot has it.
 * @param files what was given; `shown` names in problems are their paths.
 * @param host which host is meant, where there are several.
 * @throws SnapshotError where several hosts are in it and none is chosen, and where two files are the same listing and differ.
 */
export function takeIn(files: readonly RawFile[], name: string, host?: string): Intake {
  const segments = oneHost(files.flatMap(piecesOf), name, host).flatMap(segmentsOf);
  const names = new ContainerNames(segments);
  const inside = new Map(files.map((file) => [file.path, file.inside ?? file.path]));
  const placed = segments.map((segment) => placeOne(segment, names, inside));
  const chosen = textsOf(
    placed.filter((taken): taken is Placed => typeof taken !== 'string'),
    files,
  );
  const parts = segments.map((segment, i) => {
    const taken = placed[i] ?? '';
    const why = typeof taken === 'string' ? undefined : chosen.passedOver.get(taken);
    return partOf(segment, why ?? taken);
  });
  const problems = parts.flatMap((part): Problem[] =>
    part.why === undefined || part.kind === undefined
      ? []
      : [{ origin: { file: part.file, line: part.from }, text: part.command ?? part.kind, message: `not used: ${part.why}` }],
  );
  const useless = new Set(parts.flatMap(({ kind, why }) => (why === undefined || kind === undefined ? [] : [`${kind}: ${why}`])));
  const aside = [...chosen.files.keys()].map(asideOf);
  for (const what of aside) if (what !== undefined) useless.add(what);
  if (aside.every((what) => what !== undefined))
    throw new SnapshotError(
      useless.size === 0
        ? 'holds no listing that is known'
        : `holds nothing that a path rests on (${[...useless].slice(0, MOST_REASONS).join('; ')})`,
      name,
      0,
      'Give what commands such as `iptables-save`, `ip addr` and `docker inspect` print, or see docs/support-bundles.md',
    );
  return { files: chosen.files, parts, problems: [...problems, ...chosen.problems] };
}
