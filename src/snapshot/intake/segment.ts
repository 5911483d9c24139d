import { append } from '../../address/append.js';
import { printerOf } from './known-call.js';
import type { Call, NumberedLine, Piece, Recogniser } from './piece.js';
import { RECOGNISERS } from './recognisers/index.js';
import { jsonRecogniser } from './recognisers/json.js';
import { JsonDepth, OPENS_JSON } from './split.js';

/** Lines of a piece that are one listing; without a recogniser, what is left over. */
export interface PieceSegment {
  readonly piece: Piece;
  readonly recogniser?: Recogniser;
  /** Set where the call of the piece is what printed it. */
  readonly call?: Call;
  readonly lines: readonly NumberedLine[];
  /** How many of its lines look like lines of such a listing. */
  readonly understood: number;
}

/** What shells, sudo and people put between a prompt and a listing, and behind it. */
const NOISE =
  /^\s*(?:\[sudo\] password for [^\n]+|Last login: [^\n]+|logout|exit|\(?(?:no|empty) output\)?|Connection to \S+ closed\.?|Password:|\[[\w.-]+\]\s*)$/i;
/** A mark that something was left out. */
const CUT =
  /^\s*(?:\.{2,}|…|\[?\(?(?:\.\.\.|…|snip(?:ped)?|cut|truncated|omitted|shortened)[^\])]{0,40}\)?\]?|<(?:snip|cut|[^<>]{0,30}omitted[^<>]{0,30})>|--More--\S*|:)\s*$/i;
/** A sentence: words of letters, as no listing has them in a row. */
const PROSE = /^\s*(?:[-*>•]\s+)?(?:[(“"']?[A-Za-z\u00c0-\u00ff'’]{1,20}[,.:;!?)”"']*\s+){2,}[A-Za-z\u00c0-\u00ff'’]+/;
const ERROR =
  /(?:not found|denied|must be root|not permitted|No such|cannot|can't|unable|error|fatal|usage:|fail|xtables lock|perhaps|warning|not supported|deprecated|superuser|insufficient)/i;
/** A whole sentence, which no listing has where nothing else parts it from what stands above. */
const SENTENCE = /^[A-Z\u00c0-\u00de][^=|{}[\]<>/]{14,}[.!?:]$/;

class Segmenter {
  readonly segments: PieceSegment[] = [];
  private recogniser: Recogniser | undefined;
  private lines: NumberedLine[] = [];
  private readonly rest: NumberedLine[] = [];
  private understood = 0;
  private blank = false;
  private readonly printer: Recogniser | undefined;
  private first = true;
  private json: JsonDepth | undefined;

  constructor(private readonly piece: Piece) {
    this.printer = piece.call === undefined ? undefined : printerOf(piece.call);
    this.recogniser = this.printer;
  }

  read(line: NumberedLine): void {
    const { text } = line;
    if (this.json !== undefined) {
      this.add(line, true);
      if (this.json.read(text)) this.endJson();
      return;
    }
    if (text.trim() === '') {
      this.blank = true;
      return;
    }
    if (OPENS_JSON.test(text) && !(this.recogniser?.goesOn(text) ?? false)) return this.startJson(line);
    const { recogniser } = this;
    if (this.understood > 0 && recogniser?.anew?.(text) === true) this.finish();
    if (recogniser?.goesOn(text) === true || (recogniser?.begins(text) === true && !this.isOther(text))) this.add(line, true);
    else this.foreign(line);
    this.blank = false;
  }

  /** A line that fits another kind better: of two that both take it, the first in the registry. */
  private isOther(text: string): boolean {
    return RECOGNISERS.find((other) => other.begins(text)) !== this.recogniser;
  }

  private foreign(line: NumberedLine): void {
    const { text } = line;
    const next = RECOGNISERS.find((other) => other.begins(text));
    if (next !== undefined && next !== this.recogniser) {
      this.finish();
      this.recogniser = next;
      this.add(line, true);
    } else if (NOISE.test(text)) this.rest.push(line);
    else if (this.recogniser === undefined) this.rest.push(line);
    // a mark of a cut belongs to the listing, which is then known in part
    else if (CUT.test(text)) this.add(line, false);
    else if ((this.blank || this.lines.length === 0 || SENTENCE.test(text.trim())) && PROSE.test(text) && !ERROR.test(text))
      this.prose(line);
    else this.add(line, false);
  }

  /** What somebody wrote behind a listing ends it; before one, its call still holds. */
  private prose(line: NumberedLine): void {
    if (this.understood > 0) {
      this.finish();
      this.recogniser = undefined;
    }
    this.rest.push(line);
  }

  private add(line: NumberedLine, understood: boolean): void {
    this.lines.push(line);
    if (understood) this.understood++;
  }

  private startJson(line: NumberedLine): void {
    if (this.lines.length > 0) this.finish();
    this.json = new JsonDepth();
    this.add(line, true);
    if (this.json.read(line.text)) this.endJson();
  }

  /** JSON tells its kind by its members, unless its call does. */
  private endJson(): void {
    this.json = undefined;
    const text = this.lines.map((l) => l.text).join('\n');
    this.recogniser = (this.first ? this.printer : undefined) ?? jsonRecogniser(text);
    this.finish();
    this.recogniser = undefined;
  }

  finish(): void {
    const { piece, recogniser, lines, understood, printer } = this;
    const called = this.first && recogniser !== undefined && recogniser === printer ? piece.call : undefined;
    if (recogniser !== undefined && (lines.length > 0 || called !== undefined))
      this.segments.push({ piece, recogniser, lines, understood, ...(called === undefined ? {} : { call: called }) });
    else if (lines.length > 0) append(this.rest, lines);
    if (lines.length > 0 || called !== undefined) this.first = false;
    this.lines = [];
    this.understood = 0;
  }

  end(): void {
    if (this.json !== undefined) this.endJson();
    else this.finish();
    if (this.rest.length > 0) this.segments.push({ piece: this.piece, lines: this.rest, understood: 0 });
  }
}

/** @returns the listings in a piece, and the lines that are left over. */
export function segmentsOf(piece: Piece): readonly PieceSegment[] {
  const segmenter = new Segmenter(piece);
  for (const line of piece.lines) segmenter.read(line);
  segmenter.end();
  return segmenter.segments;
}
