/**
 * Characters that a terminal or a renderer acts on instead of showing: C0 and C1 controls (ANSI sequences begin with one), line and paragraph
 * separators, zero-width and bidirectional controls (Unicode Bidirectional Algorithm, section 2), the byte-order mark, tags, lone surrogates.
 */
export const ACTIVE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\ud800-\udfff]/gu;

/**
 * What runners of builds take for an instruction in a line of the log: anywhere in it `##[…]` (GitHub's runner, ActionCommand.TryParse),
 * `##vso[…]` (Azure Pipelines), `##teamcity[…]`.
 */
const INSTRUCTION = /#(?=#(?:vso|teamcity)?\[)/g;
/** At its beginning, behind blanks, `::error …::` (ActionCommand.TryParseV2); an IPv6 address is none, it has hexadecimal digits alone. */
const WORKFLOW = /^(\s*):(?=:[a-z-]*[g-z-])/i;

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function written(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return SHORT.get(char) ?? (code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`);
}

/**
 * @returns `text` on one line with every control, ANSI and bidirectional character written out (`\x1b`, `\u{202e}`), and so that the log of a
 *   build takes no part of it for an instruction, not even where it begins a line.
 */
export function visible(text: string): string {
  return text.replace(ACTIVE, written).replace(INSTRUCTION, '\\x23').replace(WORKFLOW, '$1\\x3a');
}

/** @returns `text` with each character that opens an instruction to a build's runner as `write` has it. */
export function withoutInstructions(text: string, write: string): string {
  return text.replace(INSTRUCTION, write);
}

/** @returns whether a text holds nothing that `visible` would write out. */
export function isInert(text: string): boolean {
  return text.search(ACTIVE) < 0;
}
