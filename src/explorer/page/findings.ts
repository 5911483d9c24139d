import { count } from '../../report/words.js';
import { printCommands } from '../../core.js';
import type { Audit, EvidenceLine, Finding, Undetermined } from '../../model/audit.js';
import type { Trace } from '../../model/trace.js';
import { lackText } from '../../report/lacks.js';
import { report as markdown } from '../../report/audit/md.js';
import { groundTexts } from '../../report/unread.js';
import type { TypedQuestion } from '../question.js';
import { button, download, el, preformatted } from './dom.js';
import { questionOf } from './matrix.js';
import { placeButton, type SourceView } from './sources.js';

/** Paths of one finding that are offered to be shown. */
const MOST_PATHS = 6;

interface Ways {
  readonly view: SourceView;
  readonly ask: (question: TypedQuestion) => void;
  /** Of the program that wrote the page. */
  readonly version: string;
  /** Findings of one place of the map alone, and how to see all again. */
  readonly only?: { readonly place: string; readonly findings: readonly Finding[]; readonly all: () => void } | undefined;
}

function pathButton({ flow }: Trace, ask: Ways['ask']): HTMLElement {
  const { from, dst, dport, proto } = flow;
  const question = questionOf({ from, to: dst ?? flow.to, proto, ...(dport === undefined ? {} : { dport }) });
  return el(
    'li',
    {},
    button(`${question.from} → ${question.to}/${proto}`, () => ask(question), { class: 'place-link' }),
  );
}

function evidenceOf({ text, origin, note }: EvidenceLine, view: SourceView): HTMLElement {
  return el('li', {}, el('code', {}, text), ' ', placeButton(origin, view), note === undefined ? undefined : ` ${note}`);
}

function findingOf(finding: Finding, { view, ask }: Ways): HTMLElement {
  const { severity, title, rule, objects, why, remedy, evidence, possible } = finding;
  const commands = remedy.steps.flatMap((step) => [`# ${step.title}`, ...printCommands(step.commands)]).join('\n');
  const paths = evidence.traces.slice(0, MOST_PATHS).map((trace) => pathButton(trace, ask));
  const lines = evidence.lines.map((line) => evidenceOf(line, view));
  return el(
    'li',
    {},
    el(
      'details',
      { class: `finding ${severity}` },
      el(
        'summary',
        {},
        el('span', { class: 'severity' }, severity),
        ' ',
        title,
        ' ',
        el('small', {}, `${rule}${possible === undefined ? '' : ', possible'}`),
      ),
      el('p', {}, why),
      possible && el('p', {}, `Not proved: ${possible.reasons.join('; ')}`),
      el('h4', {}, 'Where'),
      el(
        'ul',
        {},
        ...objects.map((o) =>
          el('li', {}, o.name, o.detail === undefined ? '' : `: ${o.detail}`, ' ', o.origin && placeButton(o.origin, view)),
        ),
      ),
      lines.length > 0 && el('h4', {}, 'Lines that decide'),
      lines.length > 0 && el('ul', {}, ...lines),
      paths.length > 0 && el('h4', {}, 'Paths'),
      paths.length > 0 && el('ul', {}, ...paths),
      el('h4', {}, 'What to do'),
      el('p', {}, remedy.text),
      commands !== '' && preformatted(commands, `Commands for ${title}`),
    ),
  );
}

function undeterminedOf({ title, rule, reasons, lacking }: Undetermined): HTMLElement {
  return el('li', {}, `${title} (${rule}): `, [...reasons, ...lacking.map(lackText)].join('; '));
}

/** @returns what the audit found, worst first, and what it could not tell. */
export function findingsOf(audit: Audit, ways: Ways): HTMLElement {
  const { findings, undetermined, passed } = audit;
  const { only } = ways;
  const saved = (): string => [...markdown(audit, { color: false, version: ways.version, root: '' })].join('');
  const grounds = groundTexts(audit);
  const summary = `${count(findings.length, 'finding')}, ${count(undetermined.length, 'rule')} undetermined, ${passed.length} passed.`;
  return el(
    'div',
    {},
    el('p', { class: 'hint' }, summary),
    only && el('p', { class: 'hint' }, `Those at ${only.place}. `, button('Show all', only.all)),
    el('ul', { class: 'findings' }, ...(only?.findings ?? findings).map((finding) => findingOf(finding, ways))),
    undetermined.length > 0 &&
      el(
        'section',
        { class: 'notes' },
        el('h3', {}, 'Undetermined: the snapshot does not tell'),
        el('ul', {}, ...undetermined.map(undeterminedOf)),
      ),
    grounds.length > 0 &&
      el('section', { class: 'notes' }, el('h3', {}, 'What this rests on'), el('ul', {}, ...grounds.map((text) => el('li', {}, text)))),
    el(
      'p',
      { class: 'actions' },
      button('Save as Markdown', () => download('findings.md', 'text/markdown', saved())),
    ),
  );
}
