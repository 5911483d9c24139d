import { el, fill } from './dom.js';

/** A view of the host: made when it is first looked at. */
export interface TabView {
  readonly id: string;
  readonly title: string;
  readonly make: () => HTMLElement;
}

/** Views behind tabs (WAI-ARIA Authoring Practices, "Tabs with manual activation"). */
export class Tabs {
  readonly element: HTMLElement;
  private readonly tabs: readonly HTMLButtonElement[];
  private readonly panels: readonly HTMLElement[];
  private readonly made = new Set<number>();

  constructor(private readonly views: readonly TabView[]) {
    this.tabs = views.map(({ id, title }) =>
      el('button', { type: 'button', role: 'tab', id: `tab-${id}`, 'aria-controls': `view-${id}` }, title),
    );
    this.panels = views.map(({ id }) => el('div', { role: 'tabpanel', id: `view-${id}`, 'aria-labelledby': `tab-${id}`, tabindex: '0' }));
    const list = el('div', { role: 'tablist', 'aria-label': 'Views' }, ...this.tabs);
    this.element = el('div', { class: 'views' }, list, ...this.panels);
    this.tabs.forEach((tab, i) => {
      tab.addEventListener('click', () => this.select(i));
      tab.addEventListener('keydown', (event) => {
        const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
        if (step !== 0) this.tabs[(i + step + this.tabs.length) % this.tabs.length]?.focus();
      });
    });
    this.select(0);
  }

  /** Shows a view. */
  open(id: string): void {
    this.select(this.views.findIndex((view) => view.id === id));
  }

  /** Forgets what was made, of all views or of some: they are made anew when they are looked at next. */
  reset(...ids: readonly string[]): void {
    this.views.forEach(({ id }, i) => {
      if (ids.length === 0 || ids.includes(id)) this.made.delete(i);
    });
    this.select(this.panels.findIndex((panel) => !panel.hidden));
  }

  /** Puts an element in the place of what a view holds. */
  put(id: string, element: HTMLElement): void {
    const at = this.views.findIndex((view) => view.id === id);
    const panel = this.panels[at];
    if (panel === undefined) return;
    this.made.add(at);
    fill(panel, el('h2', { class: 'unseen' }, this.views[at]?.title ?? ''), element);
  }

  private select(chosen: number): void {
    this.views.forEach((view, i) => {
      const is = i === chosen;
      this.tabs[i]?.setAttribute('aria-selected', String(is));
      this.tabs[i]?.setAttribute('tabindex', is ? '0' : '-1');
      const panel = this.panels[i];
      if (panel === undefined) return;
      panel.hidden = !is;
      if (is && !this.made.has(i)) this.put(view.id, view.make());
    });
  }
}
