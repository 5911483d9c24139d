import { jsonToAscii, toAscii, fitted } from '../../report/index.js';

/** How this run of the program writes, as its options say: set once, before a command starts. */
interface RunStyle {
  /** Nothing but ASCII. */
  ascii: boolean;
  /** Neither progress nor what was written. */
  quiet: boolean;
}

export const runStyle: RunStyle = { ascii: false, quiet: false };

const JSON_FORMATS: ReadonlySet<string> = new Set(['json', 'ndjson', 'sarif', 'gitlab']);

/**
 * @param width the columns of the terminal, where the report does not break its lines itself.
 * @returns a report as this run writes it. Markdown, HTML and drawings name their encoding, and stay.
 */
export function styled(text: string, format: string, { width }: { readonly width?: number } = {}): string {
  const told = format === 'text' && width !== undefined ? fitted(text, width) : text;
  if (!runStyle.ascii) return told;
  if (JSON_FORMATS.has(format)) return jsonToAscii(told);
  return format === 'text' || format === 'short' ? toAscii(told) : told;
}

/** @returns the pieces of a report likewise. */
export function styledPieces(report: string | Iterable<string>, format: string): string | Iterable<string> {
  if (!runStyle.ascii) return report;
  return typeof report === 'string' ? styled(report, format) : styled([...report].join(''), format);
}
