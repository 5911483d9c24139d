import { printCommands } from '../../core.js';
import type { Remedy, Trace } from '../../model/trace.js';
import type { StageRun, Stage, StageLine } from '../../report/trace/stage.js';
import { sectionsOf } from '../../report/trace/stages.js';
import { report as markdown } from '../../report/trace/md.js';
import { report as text } from '../../report/trace/text.js';
import { withNetworks } from '../../report/trace/words/bridges.js';
import { remedyNotes } from '../../report/trace/words/remedies.js';
import { sentenceOf } from '../../report/trace/words/sentence.js';
import { unreadTexts } from '../../report/unread.js';
import { missingBesides, OUTCOME_TONE, question } from '../../report/words.js';
import { button, download, el, preformatted } from './dom.js';
import { placeButton, type SourceView } from './sources.js';
import { evidenceOf } from './traffic-view.js';

/** Notes of a kind that are shown at once. */
const MOST_UNFOLDED = 8;
const PLAIN = { verbose: false, color: false } as const;

function lineOf({ text: words, tone, origin }: StageLine, view: SourceView): HTMLElement {
  return el('li', { class: `tone-${tone}` }, words, origin && ' ', origin && placeButton(origin, view));
}

function stageOf(stage: Stage, view: SourceView): HTMLElement {
  const tone = stage.bad ? 'bad' : stage.rewrites ? 'rewrite' : stage.quiet ? 'quiet' : 'plain';
  const lines = stage.lines.length === 0 ? undefined : el('ul', {}, ...stage.lines.map((line) => lineOf(line, view)));
  const head = el(
    'div',
    { class: 'stage-head' },
    el('span', { class: 'where' }, stage.netns),
    ' ',
    el('span', { class: 'what' }, stage.title),
  );
  return el('li', { class: `stage ${tone}` }, head, lines);
}

function titleOf({ leg, reply, assumed }: StageRun): string {
  const which = leg > 0 ? ` of connection ${leg + 1}` : '';
  if (assumed) return `The way of an answer from beyond${which}, if there is one`;
  return reply ? `The answer's way${which}` : `The way${which}`;
}

function sectionOf(section: StageRun, view: SourceView): HTMLElement {
  const list = el('ol', { class: 'stages' }, ...section.stages.map((stage) => stageOf(stage, view)));
  if (!section.reply && !section.assumed) return el('section', {}, el('h3', {}, titleOf(section)), list);
  const ended = section.stages.some((stage) => stage.bad);
  return el('details', { class: 'reply', open: ended }, el('summary', {}, titleOf(section)), list);
}

/** A long list is folded: how long it is stands at its head. */
function notesSection(title: string, items: readonly HTMLElement[]): HTMLElement {
  const list = el('ul', {}, ...items);
  if (items.length <= MOST_UNFOLDED) return el('section', { class: 'notes' }, el('h3', {}, title), list);
  return el('details', { class: 'notes' }, el('summary', {}, el('h3', {}, `${title} (${items.length})`)), list);
}

function notesOf(trace: Trace, view: SourceView): readonly HTMLElement[] {
  const notes: HTMLElement[] = [];
  const listed = (title: string, items: readonly HTMLElement[]): void => {
    if (items.length > 0) notes.push(notesSection(title, items));
  };
  listed(
    'Assumed',
    trace.assumptions.map((a) => el('li', {}, `${a.choice}: ${a.detail} `, a.origin && placeButton(a.origin, view))),
  );
  listed(
    'Missing from the snapshot',
    missingBesides(trace).map((item) => el('li', {}, item)),
  );
  listed(
    'Not understood',
    unreadTexts(trace.unread).map((item) => el('li', {}, item)),
  );
  const remedies = trace.remedies ?? [];
  if (remedies.length > 0) notes.push(el('section', { class: 'notes' }, el('h3', {}, 'To open it'), ...remedies.flatMap(remedyOf)));
  return notes;
}

function remedyOf(remedy: Remedy, i: number): readonly HTMLElement[] {
  const commands = printCommands(remedy.commands).join('\n');
  const compose = remedy.compose?.join('\n');
  return [
    el('p', {}, `${i + 1}. ${remedy.why}`),
    preformatted(commands, `Commands, way ${i + 1}`),
    ...(compose === undefined ? [] : [el('p', {}, 'or in compose.yaml:'), preformatted(compose, `Lines of compose.yaml, way ${i + 1}`)]),
    el('ul', {}, ...remedyNotes(remedy).map((note) => el('li', {}, note))),
  ];
}

/** @returns an answer: the verdict, hop by hop with the places that decide, and what it rests on. */
export function answerOf(trace: Trace, view: SourceView): HTMLElement {
  const { outcome, decidedBy } = trace;
  const head = el(
    'header',
    { class: `verdict ${OUTCOME_TONE[outcome]}` },
    el('h2', { id: 'verdict', tabindex: '-1' }, el('strong', {}, outcome), `: ${sentenceOf(trace)}`),
    el('p', {}, `${trace.cause.code} ${trace.cause.kind}: ${withNetworks(trace.reason, trace.account?.bridges)}`),
    el('p', { class: 'asked' }, question(trace.flow)),
    decidedBy && el('p', {}, 'Decided at ', placeButton(decidedBy, view)),
  );
  const told = text.render(trace, PLAIN);
  return el(
    'article',
    { class: 'answer', 'aria-labelledby': 'verdict' },
    head,
    trace.captures && evidenceOf(trace.captures, view),
    ...sectionsOf(trace, false).map((section) => sectionOf(section, view)),
    ...notesOf(trace, view),
    el(
      'details',
      { class: 'as-text' },
      el('summary', {}, 'As the command prints it'),
      preformatted(told, 'The answer as the command prints it'),
    ),
    el(
      'p',
      { class: 'actions' },
      button('Save as Markdown', () => download('path.md', 'text/markdown', markdown.render(trace, PLAIN))),
      ' ',
      button('Save as text', () => download('path.txt', 'text/plain', told)),
    ),
  );
}
