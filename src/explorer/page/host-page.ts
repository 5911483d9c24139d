import { count } from '../../report/words.js';
import type { HostTexts } from '../../core.js';
import type { ExploredHost } from '../engine.js';
import { pinsOf, type Pin } from '../pins.js';
import { linkTo, readLink, type TypedQuestion } from '../question.js';
import type { FlowRequest, Trace } from '../../model/trace.js';
import { answerOf } from './answer.js';
import { el, fill, soon } from './dom.js';
import type { DroppedCapture } from './dropped.js';
import { findingsOf } from './findings.js';
import { QuestionForm } from './form.js';
import { onDrop } from './given-files.js';
import { HostMap } from './map.js';
import { matrixOf } from './matrix.js';
import { readOf } from './read.js';
import { SeenTraffic } from './seen-traffic.js';
import { Sources, SourceView } from './sources.js';
import { Tabs } from './tabs.js';
import { whatIfOf } from './what-if.js';

function factsOf({ host: { meta, containers, problems } }: ExploredHost): string {
  const running = containers.filter((container) => container.running).length;
  return [
    meta.kernel === undefined ? '' : `Linux ${meta.kernel}`,
    meta.docker === undefined || meta.docker === '' ? '' : `Docker ${meta.docker}`,
    `${count(running, 'container')} running`,
    meta.collectedAt === undefined ? '' : `taken ${meta.collectedAt}`,
    problems.length === 0 ? '' : `${count(problems.length, 'thing')} noted while reading`,
  ]
    .filter((fact) => fact !== '')
    .join(' · ');
}

/** What waits for a question. */
function waiting(): HTMLElement {
  return el('p', { class: 'hint' }, 'Ask above, or choose two places of the map: who asks, and whom.');
}

/** The audit of a larger host is made when its findings are looked at: it takes seconds. */
const PINNED_AT_ONCE = 80;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a page is given beside its host. */
export interface PageExtras {
  /** Of the program that wrote the page. */
  readonly version: string;
  readonly captures: readonly DroppedCapture[];
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
  private now: ExploredHost;
  private only: { readonly place: string; readonly pin: Pin } | undefined;
  private readonly seen: SeenTraffic;

  /** @param base the host that the page was made of. */
  constructor(
    private readonly root: HTMLElement,
    private readonly base: ExploredHost,
    texts: HostTexts,
    private readonly extras: PageExtras,
  ) {
    this.now = base;
    this.seen = new SeenTraffic(extras.captures, {
      host: () => this.now.host,
      ask: (question) => this.ask(question),
      changed: () => this.showSeen(),
      open: () => this.tabs.open('captures'),
    });
    this.view = new SourceView(new Sources(texts));
    const ask = (question: TypedQuestion): void => this.ask(question);
    this.tabs = new Tabs([
      { id: 'path', title: 'Path', make: waiting },
      { id: 'matrix', title: 'Who reaches what', make: () => matrixOf(this.seen.traffic?.used(this.now.matrix) ?? this.now.matrix, ask) },
      { id: 'findings', title: 'Findings', make: () => this.findings() },
      { id: 'what-if', title: 'What if', make: () => whatIfOf(this.now, { ask, keep: (after) => this.become(after) }) },
      { id: 'captures', title: 'Captures', make: () => this.seen.view() },
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
    onDrop((files) => this.seen.take(files));
    this.askLink();
    this.seen.read();
  }

  private draw(): void {
    fill(this.facts, factsOf(this.now));
    this.map = new HostMap(this.now.topology, (name) => {
      const question = this.form.choose(name);
      if (question !== undefined) this.ask(question);
    });
    fill(this.mapPlace, this.map.element);
    const { supposed, host } = this.now;
    fill(
      this.supposing,
      supposed.length > 0 && el('p', { class: 'supposing' }, 'Supposing: ', ...supposed.map((command) => el('code', {}, command))),
    );
    this.form.offer({ sources: this.now.names, destinations: this.now.names });
    soon(() => this.form.offer({ sources: this.now.names, destinations: this.now.destinations }));
    if (host.containers.length <= PINNED_AT_ONCE) soon(() => this.pin());
  }

  private pin(): void {
    const { topology, audit } = this.now;
    this.map?.pin(pinsOf(topology, audit.findings), (pin, place) => {
      this.only = { place, pin };
      this.tabs.reset('findings');
      this.tabs.open('findings');
    });
  }

  private findings(): HTMLElement {
    if (this.now.host.containers.length > PINNED_AT_ONCE) this.pin();
    const all = (): void => {
      this.only = undefined;
      this.tabs.reset('findings');
    };
    const only = this.only && { place: this.only.place, findings: this.only.pin.findings, all };
    return findingsOf(this.now.audit, { view: this.view, ask: (question) => this.ask(question), version: this.extras.version, only });
  }

  /** Shows what captures tell of the host, wherever it is told. */
  private showSeen(): void {
    this.map?.colour(this.seen.traffic?.flows ?? []);
    this.tabs.reset('captures', 'matrix');
    const link = readLink(location.hash);
    if (link !== undefined) this.show(link.question);
  }

  /** From now on answers are of another host: this one after some commands. */
  private become(after: ExploredHost): void {
    this.now = after;
    this.only = undefined;
    this.draw();
    this.tabs.reset();
    this.seen.read();
  }

  /** What is supposed beyond what the page was made with. */
  private get supposed(): readonly string[] {
    return this.now.supposed.slice(this.base.supposed.length);
  }

  private askLink(): void {
    const link = readLink(location.hash);
    if (link === undefined) return;
    this.form.show(link.question);
    try {
      if (link.suppose.join('\n') !== this.supposed.join('\n'))
        this.become(link.suppose.length === 0 ? this.base : this.base.after(link.suppose));
    } catch (error) {
      this.refuse(error);
      return;
    }
    this.answer(link.question);
  }

  private ask(question: TypedQuestion): void {
    this.form.show(question);
    const link = linkTo(question, this.supposed);
    if (location.hash === link) this.answer(question);
    // the change of the link answers
    else location.hash = link;
  }

  private answer(question: TypedQuestion): void {
    this.tabs.open('path');
    if (this.show(question)) document.getElementById('verdict')?.focus({ preventScroll: true });
  }

  private trace(question: TypedQuestion): Trace {
    const request: FlowRequest = this.now.request(question);
    const trace = this.now.answer(request);
    return this.seen.traffic?.placing((again) => this.now.answer(again))(trace, request) ?? trace;
  }

  /** @returns whether there is an answer. */
  private show(question: TypedQuestion): boolean {
    try {
      const trace = this.trace(question);
      this.map?.light(trace);
      this.tabs.put('path', answerOf(trace, this.view));
      if (trace.decidedBy === undefined) this.view.clear();
      else this.view.show(trace.decidedBy);
      return true;
    } catch (error) {
      this.refuse(error);
      return false;
    }
  }

  private refuse(error: unknown): void {
    this.tabs.open('path');
    this.tabs.put('path', el('p', { class: 'error', role: 'alert' }, messageOf(error)));
  }
}
