import { printCommands } from '../../command/index.js';
import type { Remedy, RuleHit, Trace } from '../../model/trace.js';
import { evidenceSection } from '../captures/md.js';
import { escapeMarkdown, markdownCode } from '../escape.js';
import { sequenceDiagram } from './mermaid.js';
import type { TraceReport } from './report.js';
import { sectionsOf } from './stages.js';
import type { StageRun, Stage, StageLine } from './stage.js';
import { testimonyLines } from './testimonies.js';
import { withNetworks } from './words/bridges.js';
import { remedyNotes } from './words/remedies.js';
import { hintOf, sentenceOf } from './words/sentence.js';
import { unreadTexts } from '../unread.js';
import { missingBesides, place, placeOfHit, question } from '../words.js';

/** GitHub-flavoured Markdown: the verdict, a Mermaid diagram, a table of hops and one of the rules. */
export const report: TraceReport = {
  render: (trace, { verbose }) =>
    `${[...opening(trace), ...hops(trace, verbose), ...evidence(trace.rules), ...captured(trace), ...testimonies(trace), ...notes(trace)].join('\n\n')}\n`,
  many: { before: '', between: '\n---\n\n', after: '' },
};

function opening(trace: Trace): readonly string[] {
  const by = trace.decidedBy ? ` (${markdownCode(place(trace.decidedBy))})` : '';
  const { code, kind } = trace.cause;
  const hint = hintOf(trace);
  return [
    `# ${escapeMarkdown(question(trace.flow))}`,
    ...(trace.account === undefined
      ? [`**${trace.outcome}**: ${escapeMarkdown(trace.reason)}${by}`]
      : [
          `**${trace.outcome}**: ${escapeMarkdown(sentenceOf(trace))}`,
          ...(hint === undefined ? [] : [escapeMarkdown(hint)]),
          `${code} ${kind}: ${escapeMarkdown(withNetworks(trace.reason, trace.account.bridges))}${by}`,
        ]),
    `\`\`\`mermaid\n${sequenceDiagram(trace)}\n\`\`\``,
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function hops(trace: Trace, verbose: boolean): readonly string[] {
  const sections = sectionsOf(trace, verbose);
  const rows = sections
    .flatMap((section) => section.stages.map((stage) => ({ section, stage })))
    .filter(({ stage }) => verbose || !stage.quiet);
  if (rows.length === 0) return [];
  return [
    '## Hops',
    table(
      ['#', 'Where', 'What', 'Detail', 'Evidence'],
      rows.map(({ section, stage }, index) => hopRow(index + 1, section, stage)),
    ),
  ];
}

function hopRow(number: number, section: StageRun, stage: Stage): readonly string[] {
  const lines = stage.lines.map(markedLine).join('<br>');
  const places = [...new Set(stage.lines.flatMap((line) => (line.origin ? [place(line.origin)] : [])))].map(markdownCode).join('<br>');
  const direction = section.assumed ? '← (assumed) ' : section.reply ? '← ' : '';
  return [String(number), escapeMarkdown(stage.netns), `${direction}${escapeMarkdown(stage.title)}`, lines, places];
}

function markedLine(line: StageLine): string {
  const text = escapeMarkdown(line.text);
  return line.tone === 'bad' || line.tone === 'rewrite' ? `**${text}**` : text;
}

function evidence(rules: readonly RuleHit[]): readonly string[] {
  if (rules.length === 0) return [];
  const rows = rules.map((hit) => [
    escapeMarkdown(hit.netns),
    escapeMarkdown(hit.nft === undefined ? hit.table : `${hit.nft} ${hit.table} ${hit.chain}`),
    markdownCode(hit.rule),
    escapeMarkdown(hit.verdict),
    markdownCode(placeOfHit(hit)),
  ]);
  return ['## Rules that the packet matched', table(['Namespace', 'Table', 'Rule', 'Verdict', 'Line'], rows)];
}

function captured({ captures }: Trace): readonly string[] {
  return captures ? evidenceSection(captures) : [];
}

function testimonies(trace: Trace): readonly string[] {
  const lines = testimonyLines(trace);
  if (lines.length === 0) return [];
  const said = { true: 'agrees', false: '**disagrees**', undefined: 'open' } as const;
  return [
    '## What was seen of it',
    bullets(lines.map(({ at, text, agrees }) => `${said[`${agrees}`]}: ${escapeMarkdown(text)} (${markdownCode(place(at))})`)),
  ];
}

function notes(trace: Trace): readonly string[] {
  const out: string[] = [];
  if (trace.assumptions.length > 0)
    out.push(
      '## Assumed',
      bullets(
        trace.assumptions.map(
          (a) =>
            `${markdownCode(a.choice)}${a.given ? ' (given)' : ''}: ${escapeMarkdown(a.detail)}${a.origin ? ` (${markdownCode(place(a.origin))})` : ''}`,
        ),
      ),
    );
  const missing = missingBesides(trace);
  if (missing.length > 0) out.push('## Missing from the snapshot', bullets(missing.map(markdownCode)));
  const unread = unreadTexts(trace.unread);
  if (unread.length > 0) out.push('## Not understood', bullets(unread.map(escapeMarkdown)));
  const remedies = trace.remedies ?? (trace.remedy === undefined ? [] : [trace.remedy]);
  if (remedies.length > 0) out.push('## To open it', ...remedies.flatMap(remedyBlocks));
  return out;
}

function remedyBlocks(remedy: Remedy, i: number): readonly string[] {
  const notes = remedyNotes(remedy);
  return [
    `${i + 1}\\. ${escapeMarkdown(remedy.why)}`,
    fenced(printCommands(remedy.commands).join('\n')),
    ...(remedy.compose === undefined ? [] : [fenced(remedy.compose.join('\n'), 'yaml')]),
    ...(notes.length === 0 ? [] : [bullets(notes.map(escapeMarkdown))]),
  ];
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

/** A code block whose fence is longer than any run of backticks within. */
function fenced(text: string, language = 'sh'): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
