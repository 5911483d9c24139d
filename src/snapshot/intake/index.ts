import type { TakenPart } from '../../model/intake.js';
import { HOST_NETNS, isHostNetns, netnsFolder } from '../../model/netns.js';
import type { Problem } from '../../model/origin.js';
import { SnapshotError } from '../error.js';
import type { SourceFile } from '../listing.js';
import { shortened } from '../parsers/source.js';
import { cleanLines, dedented } from './clean.js';
import { callOfName } from './known-call.js';
import { ContainerNames } from './names.js';
import { oneHost } from './one-host.js';
import type { Piece, Placing, RawFile } from './piece.js';
import type { Placed } from './placed.js';
import { placeJson } from './recognisers/json.js';
import { type PieceSegment, segmentsOf } from './segment.js';
import { splitFile } from './split.js';
import { textsOf } from './texts.js';
import { unwrapped } from './unwrap.js';

/** What came of files of any names. */
export interface Intake {
  /** Paths of the snapshot's own to their texts, each with the name of the file it came from and the lines it has there. */
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly parts: readonly TakenPart[];
  readonly problems: readonly Problem[];
}

/** A file that says nothing itself is told by its name, and by the folder that a support bundle puts it in. */
function piecesOf({ path, text }: RawFile): readonly Piece[] {
  const pieces = splitFile(path, unwrapped(dedented(cleanLines(text))));
  const call = callOfName(path);
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
  if (call?.filter !== undefined && recogniser.name !== 'sysctl')
    return `what \`${shortened(call.filter)}\` left of the listing: take it whole`;
  const texts = lines.map((line) => line.text);
  const placing =
    (/^\s*[[{]/.test(texts[0] ?? '') ? placeJson(texts.join('\n'), recogniser, call) : undefined) ?? recogniser.place(texts, call);
  if (typeof placing === 'string') return placing;
  const folder = folderOf(segment, placing, names, inside);
  return folder === undefined ? `of process ${piece.call?.pid ?? 0}, and nothing tells whose it is` : { segment, placing, folder };
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
  const useless = parts.find((part) => part.why !== undefined && part.kind !== undefined);
  if (chosen.files.size === 0)
    throw new SnapshotError(
      useless === undefined
        ? 'holds no listing that is known'
        : `holds nothing that a path rests on (${useless.kind ?? ''}: ${useless.why ?? ''})`,
      name,
      0,
      'Give what commands such as `iptables-save`, `ip addr` and `docker inspect` print, or see docs/support-bundles.md',
    );
  return { files: chosen.files, parts, problems: [...problems, ...chosen.problems] };
}
