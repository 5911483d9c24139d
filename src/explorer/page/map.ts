import { drawTopologyMap } from '../../report/topology/map.js';
import { nodesOnPath } from '../../report/topology/lit.js';
import { HOST_NETNS, isHostNetns } from '../../model/netns.js';
import type { Topology } from '../../model/topology.js';
import type { CapturedFlow } from '../../model/capture.js';
import type { Trace } from '../../model/trace.js';
import type { Pin } from '../pins.js';
import { button, download, el, fill } from './dom.js';
import { pictureOf, savePng } from './picture.js';

const SVG = 'http://www.w3.org/2000/svg';
/** The height of the frame, in pixels (style.css). */
const FRAME = 544;
/** More places with findings are folded. */
const MOST_PINS_UNFOLDED = 12;
/** Smaller than this its text cannot be read: the map is then shown in full size, and scrolled. */
const SMALLEST = 0.62;

/** @returns whether a map is readable when all of it is in sight. */
function fits(width: number, height: number): boolean {
  return Math.min((innerWidth - 60) / width, FRAME / height) >= SMALLEST;
}

function isOn(lit: ReadonlySet<string>, place: SVGElement): boolean {
  if (lit.has(place.dataset['node'] ?? '')) return true;
  const within: unknown = JSON.parse(place.dataset['within'] ?? '[]');
  return Array.isArray(within) && within.some((node) => typeof node === 'string' && lit.has(node));
}

/** @returns a mark at the upper right corner of a place, with the number of its findings. */
function pinMark(place: SVGElement, count: string, severity: string): SVGElement {
  const box = place.querySelector('rect');
  const [x, y, width] = ['x', 'y', 'width'].map((name) => Number(box?.getAttribute(name) ?? 0));
  const mark = document.createElementNS(SVG, 'g');
  mark.setAttribute('class', `pin ${severity}`);
  mark.setAttribute('aria-hidden', 'true');
  const ground = document.createElementNS(SVG, 'rect');
  const wide = 12 + 8 * count.length;
  for (const [name, value] of Object.entries({ x: (x ?? 0) + (width ?? 0) - wide + 4, y: (y ?? 0) - 5, width: wide, height: 18, rx: 9 }))
    ground.setAttribute(name, String(value));
  const text = document.createElementNS(SVG, 'text');
  text.setAttribute('x', String((x ?? 0) + (width ?? 0) - wide + 10));
  text.setAttribute('y', String((y ?? 0) + 8));
  text.textContent = count;
  mark.append(ground, text);
  return mark;
}

/** The map of a host: who is joined to whom. Its places are chosen by pointer or by the arrow keys; a path lights up on it. */
export class HostMap {
  readonly element: HTMLElement;
  private readonly svg: SVGSVGElement;
  private readonly places: readonly SVGElement[];
  private readonly scroller: HTMLElement;
  private readonly lit = el('p', { class: 'unseen' });
  private readonly told = el('span', { role: 'status' });
  private readonly pins = el('div', { class: 'pins' });

  constructor(
    private readonly topology: Topology,
    private readonly onChoose: (name: string) => void,
  ) {
    this.svg = this.draw();
    this.places = [...this.svg.querySelectorAll<SVGElement>('.place')];
    this.scroller = el('div', { class: 'map-scroll' }, this.svg);
    this.element = el(
      'section',
      { class: 'map', 'aria-label': 'Map of the host' },
      this.scroller,
      this.lit,
      this.pins,
      el(
        'p',
        { class: 'actions' },
        button('All of it, or full size', () => this.svg.classList.toggle('fit')),
        ' ',
        button('Save as SVG', () => download('map.svg', 'image/svg+xml', pictureOf(this.svg, this.title))),
        ' ',
        button('Save as PNG', () => void savePng('map.png', this.svg, this.title).catch((error: unknown) => this.fail(error))),
        this.told,
      ),
    );
    this.makeChoosable();
  }

  private draw(): SVGSVGElement {
    const { width, height, body } = drawTopologyMap(this.topology);
    // every text in it was escaped when it was drawn
    const parsed = new DOMParser().parseFromString(
      `<svg xmlns="${SVG}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" class="${fits(width, height) ? 'fit' : 'full'}">${body}</svg>`,
      'image/svg+xml',
    );
    const drawn = document.importNode(parsed.documentElement, true);
    if (!(drawn instanceof SVGSVGElement)) throw new Error('the map could not be drawn');
    drawn.setAttribute('role', 'group');
    drawn.setAttribute('aria-label', 'Places of the host. Choose one for who asks, then one for whom. Arrow keys go from one to the next.');
    return drawn;
  }

  private makeChoosable(): void {
    const choosable = this.places.filter((place) => place.dataset['ask'] !== undefined);
    choosable.forEach((place, i) => {
      const name = place.dataset['ask'] ?? '';
      place.setAttribute('role', 'button');
      place.setAttribute('tabindex', i === 0 ? '0' : '-1');
      place.addEventListener('click', () => this.onChoose(name));
      place.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          this.onChoose(name);
        }
        const step =
          event.key === 'ArrowRight' || event.key === 'ArrowDown' ? 1 : event.key === 'ArrowLeft' || event.key === 'ArrowUp' ? -1 : 0;
        if (step === 0) return;
        event.preventDefault();
        place.setAttribute('tabindex', '-1');
        const next = choosable[(i + step + choosable.length) % choosable.length];
        next?.setAttribute('tabindex', '0');
        next?.focus();
      });
    });
  }

  /** Lights up the places that a packet came by. */
  light(trace: Trace): void {
    const lit = nodesOnPath(this.topology, trace);
    const on = new Set<string>();
    for (const place of this.places) {
      const is = isOn(lit, place);
      place.classList.toggle('lit', is);
      if (is) on.add(place.dataset['node'] ?? '');
    }
    for (const way of this.svg.querySelectorAll<SVGElement>('.way'))
      way.classList.toggle('lit', on.has(way.dataset['from'] ?? '') && on.has(way.dataset['to'] ?? ''));
    this.svg.classList.toggle('has-path', on.size > 0);
    this.svg.dataset['outcome'] = trace.outcome;
    // a light says nothing to who does not see it
    const described = this.places
      .filter((place) => place.classList.contains('lit'))
      .map((place) => place.dataset['ask'] ?? place.dataset['node'] ?? '');
    this.lit.textContent = described.length === 0 ? '' : `The path on the map: ${described.join(', ')}`;
    this.bringIntoSight(this.svg.querySelectorAll<SVGElement>('.place.lit'));
  }

  private get title(): string {
    return `Map of ${this.topology.host}`;
  }

  private fail(error: unknown): void {
    this.told.textContent = ` ${error instanceof Error ? error.message : String(error)}`;
  }

  /** Colours the places that captured packets came by. */
  colour(flows: readonly CapturedFlow[]): void {
    const { uplinks, segments, namespaces } = this.topology;
    const ends = new Map(
      namespaces.flatMap(({ name, attachments }) => attachments.map(({ hostEnd }) => [hostEnd, `netns ${name}`] as const)),
    );
    // a packet at these is in the host's own stack; at a port of a bridge it may only cross it
    const own = new Set([...uplinks, ...segments.filter(({ kind }) => kind === 'bridge')].map(({ name }) => name));
    const seen = new Set<string>();
    // many packets come by one interface
    const taps = new Map(flows.flatMap(({ hops }) => hops.map((hop) => [`${hop.netns} ${hop.iface}`, hop] as const)));
    for (const { netns, iface, dir = 'in', reply, src, dst } of taps.values()) {
      if (isHostNetns(netns) && own.has(iface)) seen.add(HOST_NETNS);
      // what is at the host's end of a cable comes from its other end, or goes there
      const end = isHostNetns(netns) ? ends.get(iface) : undefined;
      if (end !== undefined) seen.add(end);
      for (const node of nodesOnPath(this.topology, { packets: [{ netns, iface, dir, reply, src, dst }], steps: [] })) seen.add(node);
    }
    this.told.textContent = flows.length === 0 ? '' : ' Coloured: where captured packets were seen.';
    const on = new Set<string>();
    for (const place of this.places) {
      const is = isOn(seen, place);
      place.classList.toggle('seen', is);
      if (is) on.add(place.dataset['node'] ?? '');
    }
    for (const way of this.svg.querySelectorAll<SVGElement>('.way'))
      way.classList.toggle('seen', on.has(way.dataset['from'] ?? '') && on.has(way.dataset['to'] ?? ''));
  }

  /** Pins findings to the places that they are about. @param onChoose a pin was chosen. */
  pin(pins: readonly Pin[], onChoose: (pin: Pin, name: string) => void): void {
    for (const old of this.svg.querySelectorAll('.pin')) old.remove();
    const items: HTMLElement[] = [];
    for (const pin of pins) {
      const place = this.places.find(({ dataset }) => dataset['node'] === pin.at || dataset['ask'] === pin.at);
      const [worst] = pin.findings;
      if (place === undefined || worst === undefined) continue;
      const name = place.dataset['ask'] ?? pin.at;
      const count = String(pin.findings.length);
      place.append(pinMark(place, count, worst.severity));
      items.push(
        el(
          'li',
          {},
          button(`${name}: ${count}, worst ${worst.severity}`, () => onChoose(pin, name), { class: `pin-link ${worst.severity}` }),
        ),
      );
    }
    const many = items.length > MOST_PINS_UNFOLDED;
    const head = el('summary', {}, `Findings by place (${items.length})`);
    fill(this.pins, items.length > 0 && el('details', { open: !many }, head, el('ul', {}, ...items)));
  }

  /** Shows where a name is on the map: the place that is called so, else all whose names begin so, else all that hold it. */
  find(name: string): void {
    const found = this.placesCalled(name.trim().toLowerCase());
    for (const place of this.places) place.classList.toggle('found', found.includes(place));
    this.told.textContent = found.length > 1 ? ` ${found.length} places of the map are called so, or much like it.` : '';
    this.bringIntoSight(found);
  }

  private placesCalled(name: string): readonly SVGElement[] {
    if (name === '') return [];
    const calls = (test: (own: string) => boolean): readonly SVGElement[] =>
      this.places.filter(({ dataset }) => dataset['ask'] !== undefined && test(dataset['ask'].toLowerCase()));
    const [same, begun] = [calls((own) => own === name), calls((own) => own.startsWith(name))];
    if (same.length > 0) return same;
    return begun.length > 0 ? begun : calls((own) => own.includes(name));
  }

  /** Scrolls the frame, and nothing else, to the middle of some places. */
  private bringIntoSight(places: Iterable<SVGElement>): void {
    const boxes = [...places].map((place) => place.getBoundingClientRect());
    if (boxes.length === 0) return;
    const frame = this.scroller.getBoundingClientRect();
    const middle = (low: number, high: number): number => (low + high) / 2;
    const x = middle(Math.min(...boxes.map((b) => b.left)), Math.max(...boxes.map((b) => b.right)));
    const y = middle(Math.min(...boxes.map((b) => b.top)), Math.max(...boxes.map((b) => b.bottom)));
    this.scroller.scrollBy(x - middle(frame.left, frame.right), y - middle(frame.top, frame.bottom));
  }
}
