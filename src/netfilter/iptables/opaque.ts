import type { RuleOption } from '../../model/netfilter.js';
import type { Form } from './grammar/form.js';
import type { MatchExtension, OptionSyntax } from './extension.js';
import { checkFlags, unknown, written, type QueryWords } from './options.js';
import type { Predicate } from '../predicate/predicate.js';
import type { Category } from '../predicate/question.js';

/** A match whose answer no snapshot holds. */
export interface Opaque {
  readonly name: string;
  readonly options: OptionSyntax;
  readonly form?: Form;
  /** Flags that may carry `!`. */
  readonly negatable?: readonly string[];
  readonly category?: Category;
  /** As of every match: the kernel tracks connections while a rule with it is there. */
  readonly tracks?: true;
  readonly words?: QueryWords;
  /** What it depends on, for the reader; the options as written follow in brackets. */
  readonly detail: string;
}

/** @returns one question for all of the match's options; their flags and `!` are checked. */
export function ask(opaque: Opaque, options: readonly RuleOption[]): Predicate {
  checkFlags(options, opaque.options, opaque.negatable ?? []);
  return unknown(opaque.category ?? 'unknown', `${opaque.detail} (${written(`-m ${opaque.name}`, options)})`, opaque.words ?? {});
}

/** @returns a match that is always a question. */
export function opaqueMatch(opaque: Opaque): MatchExtension {
  const { name, options: syntax, tracks, form } = opaque;
  return { name, options: syntax, ...(tracks && { tracks }), ...(form && { form }), compile: (options) => ask(opaque, options) };
}
