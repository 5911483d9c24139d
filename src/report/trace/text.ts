import { printCommands } from '../../command/index.js';
import pc from 'picocolors';
import type { Trace } from '../../model/trace.js';
import { evidenceLines } from '../captures/text.js';
import { escapeTerminal } from '../escape.js';
import type { TraceReport } from './report.js';
import { sectionsOf } from './stages.js';
import type { Section, Stage, StageLine } from './stage.js';
import { unreadTexts } from '../unread.js';
import { OUTCOME_TONE, missingBesides, place, question, verdict } from '../words.js';
import type { Tone } from '../words.js';

type Paint = Readonly<Record<Tone | 'name' | 'strong', (text: string) => string>>;

function painter(color: boolean): Paint {
  const c = pc.createColors(color);
  return { plain: String, quiet: c.dim, rewrite: c.yellow, good: c.green, bad: c.red, name: c.cyan, strong: c.bold };
}

/** For people: numbered stages, the verdict and its reason first and last. */
export const report: TraceReport = {
  render: (trace, { verbose, color }) => {
    const paint = painter(color);
    const blocks = [
      [headline(trace, paint), escapeTerminal(question(trace.flow))],
      ...walk(trace, verbose, paint),
      ...notes(trace, paint),
      ...(trace.captures ? [evidenceLines(trace.captures, color)] : []),
      [headline(trace, paint)],
    ];
    return `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`;
  },
  many: { before: '', between: '\n', after: '' },
};

function headline(trace: Trace, paint: Paint): string {
  const by = trace.decidedBy ? ` ${paint.quiet(`[${escapeTerminal(place(trace.decidedBy))}]`)}` : '';
  const text = escapeTerminal(verdict(trace)).slice(trace.outcome.length);
  return `${paint.strong(paint[OUTCOME_TONE[trace.outcome]](trace.outcome))}${text}${by}`;
}

function walk(trace: Trace, verbose: boolean, paint: Paint): readonly (readonly string[])[] {
  const sections = sectionsOf(trace, verbose);
  let number = 0;
  return sections.map((section, index) => {
    const heading = headingOf(section, index);
    if (section.reply && !verbose) return [...heading, ...brief(section, trace, paint)];
    const stages = verbose ? section.stages : section.stages.filter((stage) => !stage.quiet || stage.lines.length === 0 || stage.hook);
    const width = Math.max(...stages.map((stage) => escapeTerminal(stage.netns).length));
    return [...heading, ...stages.flatMap((stage) => stageLines(stage, ++number, width, paint))];
  });
}

function headingOf(section: Section, index: number): readonly string[] {
  const which = section.leg > 0 ? ` of connection ${section.leg + 1}` : '';
  if (section.assumed) return [`The way of an answer from beyond${which}, if there is one:`];
  if (section.reply) return [`The answer's way${which}:`];
  return index === 0 ? [] : [`The way${which}:`];
}

function stageLines(stage: Stage, number: number, width: number, paint: Paint): readonly string[] {
  const head = `${String(number).padStart(3)}  ${paint.name(escapeTerminal(stage.netns).padEnd(width))}  ${paint.strong(escapeTerminal(stage.title))}`;
  const [only, ...more] = stage.lines;
  if (only && more.length === 0) return [`${head}  ${lineText(only, paint)}`];
  return [head, ...stage.lines.map((line) => `${' '.repeat(width + 7)}${lineText(line, paint)}`)];
}

function lineText(line: StageLine, paint: Paint): string {
  const from = line.origin ? ` ${paint.quiet(`[${escapeTerminal(place(line.origin))}]`)}` : '';
  return `${paint[line.tone](escapeTerminal(line.text))}${from}`;
}

/** The answer's way in short: its interfaces, each translation, and whatever went wrong. */
function brief(section: Section, trace: Trace, paint: Paint): readonly string[] {
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
  return [...(hops.length > 0 ? [`     ${escapeTerminal(hops.join(' → '))}`] : []), ...lines];
}

function notes(trace: Trace, paint: Paint): readonly (readonly string[])[] {
  const blocks: (readonly string[])[] = [];
  if (trace.assumptions.length > 0)
    blocks.push([
      'Assumed:',
      ...trace.assumptions.map(
        (a) =>
          `  --assume '${escapeTerminal(a.choice)}'${a.given ? ' (given)' : ''}: ${escapeTerminal(a.detail)}${a.origin ? ` ${paint.quiet(`[${escapeTerminal(place(a.origin))}]`)}` : ''}`,
      ),
    ]);
  const missing = missingBesides(trace);
  if (missing.length > 0) blocks.push(['Missing from the snapshot:', ...missing.map((item) => `  ${escapeTerminal(item)}`)]);
  const unread = unreadTexts(trace.unread);
  if (unread.length > 0) blocks.push(unread.map(escapeTerminal));
  if (trace.remedy)
    blocks.push([`To open it: ${escapeTerminal(trace.remedy.why)}`, ...printCommands(trace.remedy.commands).map((line) => `  ${line}`)]);
  return blocks;
}
