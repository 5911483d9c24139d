import { listingCallIn } from './known-call.js';
import type { NumberedLine, Piece } from './piece.js';

/** A field of a report begins at the left; what it holds, where that is more than a line, is set in by one blank. */
const FIELD = /^([A-Za-z][\w.-]{0,80}):(?: (.*))?$/;
/** Fields that only such reports have. */
const REPORT = /^(?:ApportVersion|ProblemType): /;

/** What apport's own functions print into fields (apport/hookutils.py: attach_network, attach_hardware). */
const PRINTED_BY: ReadonlyMap<string, string> = new Map([
  ['IpAddr', 'ip addr'],
  ['IpRoute', 'ip route'],
  ['CurrentDmesg', 'dmesg'],
  ['ProcModules', 'lsmod'],
]);

/** @returns the fields of a report of apport (`ubuntu-bug`, a `.crash` file) that hold several lines; undefined where a file is none. */
export function apportPieces(file: string, lines: readonly NumberedLine[]): readonly Piece[] | undefined {
  if (!lines.some(({ text }) => REPORT.test(text))) return undefined;
  const pieces: { file: string; lines: NumberedLine[]; saidAt: number; name: string }[] = [];
  for (const line of lines) {
    const [, name] = FIELD.exec(line.text) ?? [];
    if (name !== undefined) pieces.push({ file, lines: [], saidAt: line.number, name });
    else if (line.text.startsWith(' ')) pieces.at(-1)?.lines.push({ ...line, text: line.text.slice(1) });
  }
  return pieces
    .filter((piece) => piece.lines.length > 0)
    .map(({ name, ...piece }) => {
      const call = listingCallIn(PRINTED_BY.get(name) ?? '');
      return { ...piece, title: name, ...(call === undefined ? {} : { call }) };
    });
}
