import pc from 'picocolors';
import type { Explanation } from '../model/explanation.js';
import { escapeMarkdown, escapeTerminal, markdownCode } from './escape.js';
import { place } from './words.js';

/** @returns explanations for a person. */
export function renderExplanations(explanations: readonly Explanation[], options: { readonly color: boolean }): string {
  const colors = pc.createColors(options.color);
  const blocks = explanations.map((e) => [
    `${colors.bold(escapeTerminal(e.subject))}${e.origin === undefined || e.origin.line === 0 ? '' : ` ${colors.dim(`[${escapeTerminal(place(e.origin))}]`)}`}`,
    escapeTerminal(e.summary),
    ...e.sections.flatMap(({ title, lines }) => [
      '',
      colors.bold(escapeTerminal(title)),
      ...lines.map(
        (l) => `  ${escapeTerminal(l.text)}${l.origin === undefined ? '' : ` ${colors.dim(`[${escapeTerminal(place(l.origin))}]`)}`}`,
      ),
    ]),
  ]);
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n\n')}\n`;
}

/** @returns explanations as Markdown. */
export function renderExplanationsMarkdown(explanations: readonly Explanation[]): string {
  const blocks = explanations.map((e) => [
    `## ${markdownCode(e.subject)}`,
    '',
    escapeMarkdown(e.summary),
    ...e.sections.flatMap(({ title, lines }) => [
      '',
      `### ${escapeMarkdown(title)}`,
      '',
      ...lines.map((l) => `- ${escapeMarkdown(l.text)}${l.origin === undefined ? '' : ` ${markdownCode(place(l.origin))}`}`),
    ]),
  ]);
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
