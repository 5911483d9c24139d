import { bannerCall, headingIn } from './heading.js';
import { printerOf } from './known-call.js';
import type { Call, NumberedLine, Piece } from './piece.js';
import { isRemark, isUpperHalf, promptIn } from './prompt.js';
import { showsConfiguration } from './recognisers/configuration.js';

export const FENCE = /^\s*(?:```\S*|~~~\S*|\[\/?code\]|<\/?(?:pre|code|details|summary|p|div|br)\s*\/?>)\s*$/i;
/** Marks of what is folded: they open nothing that another closes. */
const FOLD = /^\s*<\/?(?:details|summary|p|div|br)\b/i;
/** The first line of JSON, and a line that is none of it. */
export const OPENS_JSON = /^\s*[[{]\s*(?:$|["{[\]}])/;
const NO_JSON = /^[^\s"{}[\],\d]/;
const SHELL = /^(?:ba|da|a|z)?sh$/;
const SHORT_ID = /^[0-9a-f]{12}(?:[0-9a-f]{52})?$/;

/** Pieces of one file, in order. */
class Splitter {
  readonly pieces: Piece[] = [];
  private lines: NumberedLine[] = [];
  private call: Call | undefined;
  private saidAt = 0;
  private host: string | undefined;
  /** The container that somebody went into, and the host they came from. */
  private inside: { readonly netns: string; readonly from: string | undefined } | undefined;
  /** What is written above: it holds until something else is. */
  private title: string | undefined;
  private fenced = false;
  private banner = false;
  /** Deeper than 0: inside JSON, where no line is a prompt. */
  private json: JsonDepth | undefined;

  constructor(private readonly file: string) {}

  read(line: NumberedLine): void {
    // a prompt inside JSON: it was cut
    if (this.json !== undefined && NO_JSON.test(line.text) && promptIn(line.text) !== undefined) this.json = undefined;
    if (this.json !== undefined) {
      this.lines.push(line);
      if (this.json.read(line.text)) this.json = undefined;
      return;
    }
    if (this.banner && this.bannerLine(line)) return;
    if (FENCE.test(line.text)) return FOLD.test(line.text) ? this.folded() : this.fence();
    const prompt = promptIn(line.text);
    if (prompt !== undefined && !this.isConfigured(line.text, prompt)) {
      if (isUpperHalf(this.lines.at(-1)?.text ?? '', line.text)) this.lines.pop();
      return this.prompted(prompt, line.number);
    }
    const heading = headingIn(line.text);
    if (heading !== undefined && !this.isConfigured(line.text, heading)) {
      this.close();
      this.title = heading.title ?? this.title;
      this.begin(heading.call, heading.host ?? this.host, line.number);
      this.banner = heading.banner ?? false;
      if (heading.opens === true) this.opened({ ...line, text: '{' });
      return;
    }
    this.lines.push(line);
    if (OPENS_JSON.test(line.text)) this.openJson(line.text);
  }

  /** In a file of configuration `#` begins a remark, which is a prompt or a heading only where a listing's command stands in it. */
  private isConfigured(text: string, { call, host }: { readonly call?: Call; readonly host?: string }): boolean {
    if (this.call === undefined || !showsConfiguration(this.call)) return false;
    return host === undefined && (call === undefined || printerOf(call) === undefined || isRemark(text.trim()));
  }

  /** Ends the piece under way. */
  close(): void {
    const { lines, call, saidAt, host, inside, title } = this;
    const netns = call?.netns ?? inside?.netns;
    if (lines.some(({ text }) => text.trim() !== '') || call !== undefined)
      this.pieces.push({
        file: this.file,
        lines,
        saidAt,
        ...(call === undefined ? {} : { call }),
        ...((call?.host ?? host) === undefined ? {} : { host: call?.host ?? host ?? '' }),
        ...(title === undefined ? {} : { title }),
        ...(netns === undefined ? {} : { netns }),
      });
    this.begin(undefined, host, 0);
  }

  private begin(call: Call | undefined, host: string | undefined, saidAt: number): void {
    this.lines = [];
    this.call = call;
    this.host = host;
    this.saidAt = saidAt;
  }

  private opened(brace: NumberedLine): void {
    this.lines.push(brace);
    this.openJson(brace.text);
  }

  private openJson(text: string): void {
    const depth = new JsonDepth();
    if (!depth.read(text)) this.json = depth;
  }

  private bannerLine(line: NumberedLine): boolean {
    this.banner = false;
    const call = bannerCall(line.text);
    if (call === undefined) return false;
    this.begin(call, this.host, line.number);
    return true;
  }

  /** A fence that opens may stand between a call and its output. */
  private fence(): void {
    this.fenced = !this.fenced;
    if (!this.fenced || this.lines.some(({ text }) => text.trim() !== '')) this.close();
  }

  private folded(): void {
    if (this.lines.some(({ text }) => text.trim() !== '')) this.close();
  }

  private prompted(prompt: NonNullable<ReturnType<typeof promptIn>>, number: number): void {
    this.close();
    const { call } = prompt;
    let host = prompt.host ?? this.host;
    if (prompt.host !== undefined) {
      if (SHORT_ID.test(prompt.host)) {
        this.inside = { netns: prompt.host, from: this.inside?.from ?? this.host };
        host = this.inside.from;
      } else if (this.inside !== undefined && (this.inside.from === undefined || prompt.host === this.inside.from)) this.inside = undefined;
    }
    if (call?.program === 'exit' || call?.program === 'logout') this.inside = undefined;
    this.begin(call, host, number);
    if (call?.netns !== undefined && SHELL.test(call.program)) this.inside = { netns: call.netns, from: host };
  }
}

/** Counts the brackets of JSON outside its strings. */
export class JsonDepth {
  private depth = 0;
  private quoted = false;

  /**
   * @param goesOn whether the line goes on with the one before, which was broken inside a string.
   * @returns whether the JSON has ended, or never was any.
   */
  read(line: string, goesOn = false): boolean {
    let quoted = goesOn && this.quoted;
    for (let i = 0; i < line.length; i++) {
      const c = line[i];
      if (quoted) {
        if (c === '\\') i++;
        else if (c === '"') quoted = false;
      } else if (c === '"') quoted = true;
      else if (c === '[' || c === '{') this.depth++;
      else if (c === ']' || c === '}') this.depth--;
    }
    this.quoted = quoted;
    return this.depth <= 0;
  }
}

/**
 * Splits a file at prompts and headings.
 * @param lines cleaned, with their numbers.
 */
export function splitFile(file: string, lines: readonly NumberedLine[]): readonly Piece[] {
  const splitter = new Splitter(file);
  for (const line of lines) splitter.read(line);
  splitter.close();
  return splitter.pieces;
}
