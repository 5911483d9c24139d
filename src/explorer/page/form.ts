import { readQuestion, type TypedQuestion } from '../question.js';
import { el, fill } from './dom.js';

interface Names {
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
}

function listOf(id: string, values: readonly string[]): HTMLElement {
  return el('datalist', { id }, ...values.map((value) => el('option', { value })));
}

/** Where a question is typed: from, to with its port, and the protocol; or all of it in the first field, as `web → db:5432`. */
export class QuestionForm {
  readonly element: HTMLFormElement;
  private readonly from = el('input', {
    id: 'from',
    list: 'sources',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'web, internet, an address',
  });
  private readonly to = el('input', { id: 'to', list: 'destinations', autocomplete: 'off', spellcheck: 'false', placeholder: 'db:5432' });
  private readonly proto = el(
    'select',
    { id: 'proto' },
    ...['any', 'tcp', 'udp', 'icmp'].map((name) => el('option', { value: name }, name === 'any' ? 'as usual' : name.toUpperCase())),
  );
  private readonly src = el('input', { id: 'src', autocomplete: 'off', spellcheck: 'false', placeholder: 'as routing gives it' });
  private readonly sport = el('input', { id: 'sport', autocomplete: 'off', inputmode: 'numeric', placeholder: 'any' });
  private readonly more = el(
    'details',
    { class: 'more' },
    el('summary', {}, 'Source address and port'),
    el(
      'div',
      { class: 'question' },
      el('div', { class: 'field' }, el('label', { for: 'src' }, 'Source address'), this.src),
      el('div', { class: 'field narrow' }, el('label', { for: 'sport' }, 'Source port'), this.sport),
    ),
  );
  private readonly lists = el('div', { hidden: true });

  /**
   * @param onAsk a question was sent.
   * @param onName a name is being typed.
   */
  constructor(onAsk: (question: TypedQuestion) => void, onName: (name: string) => void) {
    this.element = el(
      'form',
      { class: 'question', role: 'search', 'aria-label': 'Ask for a path' },
      el('div', { class: 'field' }, el('label', { for: 'from' }, 'From'), this.from),
      el('span', { class: 'arrow', 'aria-hidden': 'true' }, '→'),
      el('div', { class: 'field' }, el('label', { for: 'to' }, 'To, with :port'), this.to),
      el('div', { class: 'field narrow' }, el('label', { for: 'proto' }, 'Protocol'), this.proto),
      el('button', { type: 'submit', class: 'primary' }, 'Show the path'),
      this.more,
      this.lists,
    );
    this.from.addEventListener('input', () => onName(this.from.value));
    this.to.addEventListener('input', () => onName(this.to.value.replace(/:\d*$/, '')));
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      const question = this.typed();
      this.show(question);
      onAsk(question);
    });
  }

  /** Offers names to choose from. */
  offer({ sources, destinations }: Names): void {
    fill(this.lists, listOf('sources', sources), listOf('destinations', destinations));
  }

  private typed(): TypedQuestion {
    return readQuestion(this.from.value, this.to.value, { proto: this.proto.value, src: this.src.value, sport: this.sport.value });
  }

  /** Writes a question into the fields. */
  show({ from, to, proto, src = '', sport = '' }: TypedQuestion): void {
    this.from.value = from;
    this.to.value = to;
    this.proto.value = proto ?? 'any';
    this.src.value = src;
    this.sport.value = sport;
    if (src !== '' || sport !== '') this.more.open = true;
  }

  /** Takes a name that was chosen on the map: first who asks, then whom. @returns the question, once both are there. */
  choose(name: string): TypedQuestion | undefined {
    if (this.from.value === '' || this.to.value !== '') {
      this.show({ from: name, to: '' });
      this.to.focus();
      return undefined;
    }
    this.to.value = name;
    return this.typed();
  }
}
