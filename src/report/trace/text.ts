import { printCommands } from '../../command/index.js';
import pc from 'picocolors';
import type { Account } from '../../model/account.js';
import type { Remedy, Trace } from '../../model/trace.js';
import { evidenceLines } from '../captures/text.js';
import { escapeTerminal } from '../escape.js';
import type { TraceReport } from './report.js';
import { sectionsOf } from './stages.js';
import type { StageRun, Stage, StageLine } from './stage.js';
import { networksIn, withNetworks } from './words/bridges.js';
import { capital } from './words/names.js';
import { remedyNotes } from './words/remedies.js';
import { testimonyLines } from './testimonies.js';
import { hintOf, sentenceOf } from './words/sentence.js';
import { unreadTexts } from '../unread.js';
import { OUTCOME_TONE, missingBesides, place, question } from '../words.js';
import type { Tone } from '../words.js';
import { wrap } from '../wrap.js';

type Paint = Readonly<Record<Tone | 'name' | 'strong', (text: string) => string>>;

function painter(color: boolean): Paint {
  const c = pc.createColors(color);
  return { plain: String, quiet: c.dim, rewrite: c.yellow, good: c.green, bad: c.red, name: c.cyan, strong: c.bold };
}

/** For people: what it comes to and what to do, then the line that decided; numbered stages; the verdict again, where the eye ends. */
export const report: TraceReport = {
  render: (trace, { verbose, color, width = Infinity }) => {
    const page: Page = { paint: painter(color), width, bridges: trace.account?.bridges };
    const blocks = [
      [...opening(trace, page), ...wrap(escapeTerminal(question(trace.flow)), width, '  ')],
      ...walk(trace, verbose, page),
      ...notes(trace, page),
      ...(trace.captures ? [evidenceLines(trace.captures, color)] : []),
      ...testimonies(trace, page),
      headline(trace, page),
    ];
    return `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`;
  },
  many: { before: '', between: '\n', after: '' },
};

/** How a text is set. */
interface Page {
  readonly paint: Paint;
  readonly width: number;
  readonly bridges: Account['bridges'] | undefined;
}

/** Where nothing is known of the ends, the reason is all there is to say. */
function headline(trace: Trace, { paint, width }: Page): readonly string[] {
  const outcome = paint.strong(paint[OUTCOME_TONE[trace.outcome]](trace.outcome));
  if (trace.account === undefined) return wrap(`${outcome}: ${escapeTerminal(trace.reason)}${decidedAt(trace, paint)}`, width, '  ');
  return wrap(`${outcome}: ${escapeTerminal(sentenceOf(trace))}`, width, '  ');
}

function decidedAt({ decidedBy }: Trace, paint: Paint): string {
  return decidedBy ? ` ${paint.quiet(`[${escapeTerminal(place(decidedBy))}]`)}` : '';
}

/** The sentence, what to do, and the code with the line that decided. */
function opening(trace: Trace, page: Page): readonly string[] {
  const { paint, width, bridges } = page;
  if (trace.account === undefined) return headline(trace, page);
  const first = trace.remedies?.[0];
  const hint = hintOf(trace);
  const { code, kind } = trace.cause;
  return [
    ...headline(trace, page),
    ...(first === undefined
      ? hint === undefined
        ? []
        : wrap(`  ${escapeTerminal(hint)}`, width, '  ')
      : [...wrap(`  ${escapeTerminal(capital(first.why))}:`, width, '  '), ...printCommands(first.commands).map((line) => `    ${line}`)]),
    ...wrap(
      `${paint.quiet(`${code} ${kind}:`)} ${escapeTerminal(withNetworks(trace.reason, bridges))}${decidedAt(trace, paint)}`,
      width,
      '  ',
    ),
  ];
}

function walk(trace: Trace, verbose: boolean, page: Page): readonly (readonly string[])[] {
  const sections = sectionsOf(trace, verbose);
  let number = 0;
  return sections.map((section, index) => {
    const heading = headingOf(section, index);
    if (section.reply && !verbose) return [...heading, ...brief(section, trace, page)];
    const stages = verbose ? section.stages : section.stages.filter((stage) => !stage.quiet || stage.lines.length === 0 || stage.hook);
    const width = Math.max(...stages.map((stage) => escapeTerminal(stage.netns).length));
    return [...heading, ...stages.flatMap((stage) => stageLines(stage, ++number, width, page))];
  });
}

function headingOf(section: StageRun, index: number): readonly string[] {
  const which = section.leg > 0 ? ` of connection ${section.leg + 1}` : '';
  if (section.assumed) return [`The way of an answer from beyond${which}, if there is one:`];
  if (section.reply) return [`The answer's way${which}:`];
  return index === 0 ? [] : [`The way${which}:`];
}

function stageLines(stage: Stage, number: number, columns: number, page: Page): readonly string[] {
  const { paint, width, bridges } = page;
  const title = escapeTerminal(stage.title);
  const [only, ...more] = stage.lines;
  const indent = ' '.repeat(columns + 7);
  const head = `${String(number).padStart(3)}  ${paint.name(escapeTerminal(stage.netns).padEnd(columns))}  ${paint.strong(title)}`;
  if (only && more.length === 0) {
    const told = networksIn(`${title} ${escapeTerminal(only.text)}`, bridges);
    return wrap(`${head}  ${lineText(only, paint)}${told === '' ? '' : ` (${told})`}`, width, indent);
  }
  const lines = stage.lines.map((line) => withNetworks(lineText(line, paint), bridges));
  return [...wrap(withNetworks(head, bridges), width, indent), ...lines.flatMap((line) => wrap(`${indent}${line}`, width, indent))];
}

function lineText(line: StageLine, paint: Paint): string {
  const from = line.origin ? ` ${paint.quiet(`[${escapeTerminal(place(line.origin))}]`)}` : '';
  return `${paint[line.tone](escapeTerminal(line.text))}${from}`;
}

/** The answer's way in short: its interfaces, each translation, and whatever went wrong. */
function brief(section: StageRun, trace: Trace, { paint, width, bridges }: Page): readonly string[] {
  const seen = trace.steps.filter(
    (step) => step.kind === 'interface' && step.reply && step.leg === section.leg && (step.assumed === true) === section.assumed,
  );
  const hops = seen.map((step) => (step.kind === 'interface' ? `${step.netns} ${step.iface} ${step.dir}` : ''));
  const told = section.stages.filter((stage) => stage.bad || stage.rewrites);
  const lines = told.flatMap((stage) =>
    stage.lines
      .filter((line) => line.tone === 'bad' || line.tone === 'rewrite')
      .map((line) => `     ${escapeTerminal(stage.netns)} ${escapeTerminal(stage.title)}: ${lineText(line, paint)}`),
  );
  const all = [...(hops.length > 0 ? [`     ${escapeTerminal(hops.join(' → '))}`] : []), ...lines];
  return all.flatMap((line) => wrap(withNetworks(line, bridges), width, '       '));
}

function notes(trace: Trace, page: Page): readonly (readonly string[])[] {
  const { paint, width } = page;
  const blocks: (readonly string[])[] = [];
  if (trace.assumptions.length > 0)
    blocks.push([
      'Assumed:',
      ...trace.assumptions.flatMap((a) =>
        wrap(
          `  --assume '${escapeTerminal(a.choice)}'${a.given ? ' (given)' : ''}: ${escapeTerminal(a.detail)}${a.origin ? ` ${paint.quiet(`[${escapeTerminal(place(a.origin))}]`)}` : ''}`,
          width,
          '    ',
        ),
      ),
    ]);
  const missing = missingBesides(trace);
  if (missing.length > 0)
    blocks.push(['Missing from the snapshot:', ...missing.flatMap((item) => wrap(`  ${escapeTerminal(item)}`, width, '    '))]);
  const unread = unreadTexts(trace.unread);
  if (unread.length > 0) blocks.push(unread.flatMap((text) => wrap(escapeTerminal(text), width, '  ')));
  const remedies = trace.remedies ?? (trace.remedy === undefined ? [] : [trace.remedy]);
  if (remedies.length > 0) blocks.push(remediesText(remedies, page));
  return blocks;
}

const MARKS = { true: '✓', false: '✗', undefined: '·' } as const;

/** What lines of text tell of it, each with the place where it stands. */
function testimonies(trace: Trace, { paint, width }: Page): readonly (readonly string[])[] {
  const lines = testimonyLines(trace);
  if (lines.length === 0) return [];
  const told = lines.flatMap(({ at, text, agrees }) =>
    wrap(`  ${MARKS[`${agrees}`]} ${escapeTerminal(text)} ${paint.quiet(`[${escapeTerminal(place(at))}]`)}`, width, '    '),
  );
  return [['What was seen of it:', ...told]];
}

/** What would open it, the first to be tried first. */
function remediesText(remedies: readonly Remedy[], { width }: Page): readonly string[] {
  const one = (remedy: Remedy, i: number): readonly string[] => [
    ...wrap(`  ${i + 1}. ${escapeTerminal(remedy.why)}`, width, '     '),
    ...printCommands(remedy.commands).map((line) => `       ${line}`),
    ...(remedy.compose === undefined ? [] : ['     or in compose.yaml:', ...remedy.compose.map((line) => `       ${line}`)]),
    ...remedyNotes(remedy).flatMap((note) => wrap(`     - ${escapeTerminal(note)}`, width, '       ')),
  ];
  return [remedies.length > 1 ? 'To open it, in the order to try:' : 'To open it:', ...remedies.flatMap(one)];
}
