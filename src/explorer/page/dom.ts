import { escapeTerminal } from '../../report/escape.js';

type Child = Node | string | undefined | false;
type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** Appends children; text is shown with what would mislead a reader written out. */
function append(parent: Node, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined || child === false) continue;
    parent.appendChild(typeof child === 'string' ? document.createTextNode(escapeTerminal(child)) : child);
  }
}

/** @returns an element. Text from a snapshot only ever becomes a text node or the value of an attribute, never markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : value);
  }
  append(element, children);
  return element;
}

/** @returns a button that does something. */
export function button(text: string, onClick: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = el('button', { type: 'button', ...attributes }, text);
  made.addEventListener('click', onClick);
  return made;
}

/** Puts children in the place of whatever an element holds. */
export function fill(parent: Element, ...children: readonly Child[]): void {
  parent.replaceChildren();
  append(parent, children);
}

/** @returns preformatted text, its line ends kept. */
export function preformatted(text: string, label: string): HTMLElement {
  const lines = text.split('\n').map((line) => escapeTerminal(line));
  const pre = el('pre', { class: 'report', tabindex: '0', role: 'region', 'aria-label': label });
  pre.textContent = lines.join('\n');
  return pre;
}

/** Lets the page be drawn before something that takes its time. */
export function soon(work: () => void): void {
  requestAnimationFrame(() => setTimeout(work, 0));
}

/** Offers a text as a file; nothing is sent anywhere. */
export function download(name: string, type: string, text: string): void {
  downloadBlob(name, new Blob([text], { type }));
}

/** Offers bytes likewise. */
export function downloadBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = el('a', { href: url, download: name });
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 1000);
}
