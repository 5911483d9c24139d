import { marked } from 'marked';
import { FIND_SCRIPT } from '../../src/report/audit/page/find.js';

/**
 * What a terminal, a page or a diagram acts on: C0 and C1 controls, zero-width and bidirectional characters, separators of lines, tags, halves
 * of surrogates. Said here once more, not taken from the program.
 */
const ACTIVE =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/u;

/** Elements that run, load or leave; the pages of this program have none. */
const LIVE = new Set(['script', 'img', 'iframe', 'object', 'embed', 'form', 'input', 'base', 'meta', 'link', 'foreignobject', 'textarea']);
/** A page says its character set, and folds by boxes to tick. */
const OWN = new Set(['meta', 'input']);
const TAG = /<(?:!doctype html|!--(?:(?!-->)[^])*--|\?xml [^<>]*\?|\/?([A-Za-z][\w:-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*\/?)>/giy;
const ATTRIBUTE = /([\w:-]+)="([^"<]*)"/g;

/** @returns what is wrong with one tag. */
function tagFault(name: string, attributes: string, mine: ReadonlySet<string>): string | undefined {
  if (LIVE.has(name.toLowerCase()) && !mine.has(name.toLowerCase())) return `an element ${name}`;
  for (const [, key = '', value = ''] of attributes.matchAll(ATTRIBUTE)) {
    if (/^on/i.test(key)) return `an attribute ${key}`;
    if (/^(?:href|src|xlink:href|action)$/i.test(key) && /^\s*(?:javascript|data|vbscript):/i.test(value)) return `a link to ${value}`;
  }
  return undefined;
}

/** @returns what of a page or a document of XML is no markup of ours: a stray `<`, an element or attribute that does something. */
function markupFaults(text: string, mine: ReadonlySet<string> = new Set()): readonly string[] {
  const faults: string[] = [];
  // the rules of a style sheet hold no markup
  const bare = text.replace(/<style>[^<]*<\/style>/g, '');
  for (let at = bare.indexOf('<'); at >= 0; at = bare.indexOf('<', Math.max(at + 1, TAG.lastIndex))) {
    TAG.lastIndex = at;
    const tag = TAG.exec(bare);
    if (tag === null) return [...faults, `a < that begins no tag: ${JSON.stringify(bare.slice(at, at + 60))}`];
    const fault = tagFault(tag[1] ?? '', tag[2] ?? '', mine);
    if (fault !== undefined) faults.push(fault);
  }
  return faults;
}

/** The audit's page has one script, a constant of the program, behind all that it shows; another, or that one twice, is none of ours. */
const withoutOwnScript = (text: string): string => text.replace(FIND_SCRIPT, '');

function json(text: string): readonly string[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [`no JSON: ${String(error)}`];
  }
}

/** @returns the fields of each row, as RFC 4180 has them read. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]];
  for (const [whole, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (whole === '') break;
    rows.at(-1)?.push(quoted ?? plain ?? '');
    if (end !== ',') rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

/** A spreadsheet takes a field that begins so for a formula. */
function csv(text: string): readonly string[] {
  const rows = rowsOf(text);
  const formulas = rows.flat().filter((field) => /^[=+@\t]|^-(?!\d*$)/.test(field));
  return [
    ...formulas.map((field) => `a formula: ${field}`),
    ...(new Set(rows.map((row) => row.length)).size > 1 ? ['rows of unlike length'] : []),
  ];
}

const GITHUB = /^::(?:error|warning|notice) (?:[\w]+=[^:,]*,?)*::/;
/** Lines that the forge takes for an instruction. */
const github = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !GITHUB.test(line))
    .map((line) => `a line that is none of ours: ${line.slice(0, 80)}`);

/** A label of Mermaid ends at its quote; brackets, arrows and directives mean something outside of one. */
function mermaid(text: string): readonly string[] {
  const bare = text.replace(/"[^"]*"/g, '""');
  return bare
    .split('\n')
    .filter((line) => /[<>]script|%%\{|click |javascript:|"[^"]*$/.test(line.replaceAll('""', '')))
    .map((line) => `outside of a label: ${line.slice(0, 80)}`);
}

function markdown(text: string): readonly string[] {
  return markupFaults(marked.parse(text.replace(/```mermaid\n[^]*?\n```/g, ''), { async: false }));
}

/** A string of DOT ends at its quote (graphviz.org/doc/info/lang.html). */
function dot(text: string): readonly string[] {
  const bare = text.replace(/"(?:\\.|[^"\\])*"/g, '""');
  return /["\\<`$]/.test(bare.replaceAll('""', '')) ? ['outside of a string'] : [];
}

/** A comment, a blank line, or a sample: its labels in quotes, its value a number (Prometheus, "Exposition formats"). */
const SAMPLE = /^(?:# (?:HELP|TYPE) dtrace_path_\w+ .*|\w+(?:\{(?:\w+="(?:\\[\\"n]|[^"\\])*",?)*\})? [\d.e+-]+|# .*)?$/;
const prom = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => !SAMPLE.test(line))
    .map((line) => `no sample: ${line.slice(0, 80)}`);

const FORMATS: Readonly<Record<string, (text: string) => readonly string[]>> = {
  html: (text) => markupFaults(withoutOwnScript(text), OWN),
  svg: (text) => markupFaults(text),
  junit: (text) => markupFaults(text),
  md: markdown,
  json,
  sarif: json,
  ndjson: (text) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .flatMap(json),
  csv,
  github,
  mermaid,
  dot,
  gitlab: json,
  prom,
};

/** What each poison with a line feed has behind it, and no other: where a line begins so, a line feed got through. A `;` parts statements of nft. */
const BEHIND = /^\s*(?::>PWN|::error::PWN|PWN-LINE)/m;
/** What runners of builds act on, wherever in a line it stands. */
const INSTRUCTION = /##(?:vso|teamcity)?\[/;

/**
 * @param format as `--format` names it.
 * @returns what of a text got out of the place where it should only be shown: nothing, where all is well.
 */
export function leftItsPlace(format: string, text: string): readonly string[] {
  const shown = format === 'csv' ? text.replaceAll('\r\n', '\n') : text;
  const active = ACTIVE.exec(shown);
  return [
    ...(active
      ? [
          `an active character, ${JSON.stringify(active[0])}, after ${JSON.stringify(shown.slice(Math.max(0, active.index - 60), active.index))}`,
        ]
      : []),
    ...(INSTRUCTION.test(text) ? ['an instruction to a build'] : []),
    ...(BEHIND.test(text) ? ['a line that a name began'] : []),
    ...(FORMATS[format] ?? (() => []))(text),
  ];
}
