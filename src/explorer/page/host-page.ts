import type { HostTexts } from '../../core.js';
import type { ExploredHost } from '../engine.js';
import { linkTo, readLink, type TypedQuestion } from '../question.js';
import { answerOf } from './answer.js';
import { el, fill, soon } from './dom.js';
import { findingsOf } from './findings.js';
import { QuestionForm } from './form.js';
import { HostMap } from './map.js';
import { matrixOf } from './matrix.js';
import { readOf } from './read.js';
import { Sources, SourceView } from './sources.js';
import { Tabs } from './tabs.js';
import { whatIfOf } from './what-if.js';

function factsOf({ host: { meta, containers, problems } }: ExploredHost): string {
  const running = containers.filter((container) => container.running).length;
  return [
    meta.kernel === undefined ? '' : `Linux ${meta.kernel}`,
    meta.docker === undefined || meta.docker === '' ? '' : `Docker ${meta.docker}`,
    `${running} containers running`,
    meta.collectedAt === undefined ? '' : `taken ${meta.collectedAt}`,
    problems.length === 0 ? '' : `${problems.length} things noted while reading`,
  ]
    .filter((fact) => fact !== '')
    .join(' · ');
}

/** What waits for a question. */
function waiting(): HTMLElement {
  return el('p', { class: 'hint' }, 'Ask above, or choose two places of the map: who asks, and whom.');
}

/** The page of one host: a question, the map, the views, and the files beside them. */
export class HostPage {
  private readonly view: SourceView;
  private readonly form = new QuestionForm(
    (question) => this.ask(question),
    (name) => this.map?.find(name),
  );
  private readonly tabs: Tabs;
  private readonly mapPlace = el('div');
  private readonly supposing = el('div', { role: 'status' });
  private readonly facts = el('p', { class: 'facts' });
  private map: HostMap | undefined;

  constructor(
    private readonly root: HTMLElement,
    private now: ExploredHost,
    texts: HostTexts,
  ) {
    this.view = new SourceView(new Sources(texts));
    const asks = (question: TypedQuestion): void => this.ask(question);
    this.tabs = new Tabs([
      { id: 'path', title: 'Path', make: waiting },
      { id: 'matrix', title: 'Who reaches what', make: () => matrixOf(this.now.matrix, asks) },
      { id: 'findings', title: 'Findings', make: () => findingsOf(this.now.audit, { view: this.view, ask: asks }) },
      { id: 'what-if', title: 'What if', make: () => whatIfOf(this.now, { ask: asks, keep: (after) => this.become(after) }) },
      { id: 'read', title: 'What was read', make: () => readOf(this.now.host, this.view) },
    ]);
  }

  /** Draws the page, and answers the question of the link by which it was opened. */
  start(): void {
    fill(
      this.root,
      el('header', { class: 'top' }, el('h1', {}, this.now.host.meta.hostname ?? 'This host'), this.facts),
      el(
        'main',
        {},
        this.form.element,
        this.supposing,
        this.mapPlace,
        el('div', { class: 'columns' }, this.tabs.element, this.view.element),
      ),
      el('footer', {}, 'Everything here is computed in this page, by the rules of the Linux kernel. It fetches nothing and sends nothing.'),
    );
    this.draw();
    addEventListener('hashchange', () => this.askLink());
    this.askLink();
  }

  private draw(): void {
    fill(this.facts, factsOf(this.now));
    this.map = new HostMap(this.now.topology, (name) => {
      const question = this.form.choose(name);
      if (question !== undefined) this.ask(question);
    });
    fill(this.mapPlace, this.map.element);
    const { supposed } = this.now;
    fill(
      this.supposing,
      supposed.length > 0 && el('p', { class: 'supposing' }, 'Supposing: ', ...supposed.map((command) => el('code', {}, command))),
    );
    this.form.offer({ sources: this.now.names, destinations: this.now.names });
    soon(() => this.form.offer({ sources: this.now.names, destinations: this.now.destinations }));
  }

  /** From now on answers are of another host: this one after some commands. */
  private become(after: ExploredHost): void {
    this.now = after;
    this.draw();
    this.tabs.reset();
  }

  private askLink(): void {
    const question = readLink(location.hash);
    if (question === undefined) return;
    this.form.show(question);
    this.answer(question);
  }

  private ask(question: TypedQuestion): void {
    this.form.show(question);
    const link = linkTo(question);
    if (location.hash === link) this.answer(question);
    // the change of the link answers
    else location.hash = link;
  }

  private answer(question: TypedQuestion): void {
    this.tabs.open('path');
    try {
      const trace = this.now.trace(question);
      this.map?.light(trace);
      this.tabs.put('path', answerOf(trace, this.view));
      if (trace.decidedBy === undefined) this.view.clear();
      else this.view.show(trace.decidedBy);
      document.getElementById('verdict')?.focus({ preventScroll: true });
    } catch (error) {
      this.tabs.put('path', el('p', { class: 'error', role: 'alert' }, error instanceof Error ? error.message : String(error)));
    }
  }
}
