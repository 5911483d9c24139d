import pc from 'picocolors';
import type { Explanation } from '../model/explanation.js';
import { escapeMarkdown, escapeTerminal, markdownCode } from './escape.js';
import { hostGroundTexts } from './unread.js';
import { place } from './words.js';
import { wrap } from './wrap.js';

/** All of them are of one host: what they do not rest on is said once. */
function groundsOf([first]: readonly Explanation[]): readonly string[] {
  return first === undefined ? [] : hostGroundTexts(first);
}

/** @returns explanations for a person. */
export function renderExplanations(
  explanations: readonly Explanation[],
  { color, width = Infinity }: { readonly color: boolean; readonly width?: number },
): string {
  const colors = pc.createColors(color);
  const blocks = explanations.map((e) => [
    `${colors.bold(escapeTerminal(e.subject))}${e.origin === undefined || e.origin.line === 0 ? '' : ` ${colors.dim(`[${escapeTerminal(place(e.origin))}]`)}`}`,
    ...wrap(escapeTerminal(e.summary), width),
    ...e.sections.flatMap(({ title, lines }) => [
      '',
      colors.bold(escapeTerminal(title)),
      ...lines.flatMap((l) =>
        wrap(
          `  ${escapeTerminal(l.text)}${l.origin === undefined ? '' : ` ${colors.dim(`[${escapeTerminal(place(l.origin))}]`)}`}`,
          width,
          '    ',
        ),
      ),
    ]),
  ]);
  const grounds = groundsOf(explanations).map(escapeTerminal);
  const told = [
    ...blocks,
    ...(grounds.length === 0 ? [] : [[colors.bold('Not known'), ...grounds.flatMap((text) => wrap(`  ${text}`, width, '    '))]]),
  ];
  return `${told.map((lines) => lines.join('\n')).join('\n\n\n')}\n`;
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
  const grounds = groundsOf(explanations).map((text) => `- ${escapeMarkdown(text)}`);
  const told = [...blocks, ...(grounds.length === 0 ? [] : [['## Not known', '', ...grounds]])];
  return `${told.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
