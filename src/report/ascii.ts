const SIGNS: ReadonlyMap<string, string> = new Map([
  ['→', '->'],
  ['←', '<-'],
  ['↔', '<->'],
  ['⇒', '=>'],
  ['…', '...'],
  ['’', "'"],
  ['‘', "'"],
  ['“', '"'],
  ['”', '"'],
  ['–', '-'],
  ['—', '--'],
  ['·', '-'],
  ['×', 'x'],
  ['≥', '>='],
  ['≤', '<='],
  ['─', '-'],
  ['│', '|'],
  ['├', '|'],
  ['└', '`'],
  ['┌', '+'],
  ['┐', '+'],
  ['┘', '+'],
  ['┤', '|'],
  ['┬', '+'],
  ['┴', '+'],
  ['┼', '+'],
]);

const BEYOND = /[^\u0000-\u007f]/gu;

/** @returns a text for people in ASCII alone: our own signs in letters, of names what a terminal can show of them (`\u{e9}`). */
export function toAscii(text: string): string {
  return text.replace(BEYOND, (sign) => SIGNS.get(sign) ?? `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`);
}

/** @returns JSON in ASCII alone, of the same value (RFC 8259, section 7). */
export function jsonToAscii(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
