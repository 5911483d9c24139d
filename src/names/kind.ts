import { utf8 } from '../address/utf8.js';

/** A kind of name: what bears it, and what is wrong with a text that cannot be one. */
export interface NameKind {
  /** What is called so, with its article: `an interface`. */
  readonly of: string;
  /** @returns what is wrong with the text, to follow "it "; undefined where it may be such a name. */
  fault(text: string): string | undefined;
}

/** Unicode's blanks and control characters, C1 among them. */
const BLANK = /\s/u;
const CONTROL = /\p{Cc}/u;
/** What a decoder puts in the place of bytes that are no UTF-8. */
const LOST = '\ufffd';

/** @returns the length of a text in bytes, as the kernel counts it. */
export function byteLength(text: string): number {
  return utf8(text).length;
}

/** Faults that no name of the kernel, of a file or of a rule may have, whatever bears it. */
export function commonFault(text: string, longest: number): string | undefined {
  if (text === '') return 'is empty';
  if (CONTROL.test(text)) return 'holds a control character';
  if (BLANK.test(text)) return 'holds a blank';
  if (text.includes(LOST)) return 'holds bytes that are no text';
  return byteLength(text) > longest ? `is longer than ${longest} bytes` : undefined;
}

/** @returns why a text cannot be a name of the kind, as a sentence about the text; undefined where it can. */
export function refusal(kind: NameKind, text: string): string | undefined {
  const fault = kind.fault(text);
  return fault === undefined ? undefined : `${kind.of} cannot be called this: the name ${fault}; what bears it is not read`;
}

/** @returns whether a text may be such a name. */
export function isName(kind: NameKind, text: string): boolean {
  return kind.fault(text) === undefined;
}
