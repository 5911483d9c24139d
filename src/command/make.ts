import type { Command, CommandWord } from '../model/command.js';
import { quoteWord } from './quote.js';
import { splitWords } from './split.js';
import { visible } from './visible.js';

/** A name given to a program that would take it for an option where it begins with a dash. */
export interface Operand {
  readonly operand: string;
}

/** @returns a name for `command`, which refuses it where the program would take it for an option. */
export function operand(name: string): Operand {
  return { operand: name };
}

type Given = CommandWord | Operand;

/** @returns what to do by hand, with names in it quoted as words of a command are: `` remark`recreate ${name} without --privileged` ``. */
export function remark(texts: TemplateStringsArray, ...names: readonly (string | number)[]): Command {
  const text = texts.map((part, i) => (i === 0 ? part : `${quoteWord(visible(String(names[i - 1])))}${part}`)).join('');
  return { words: [], remark: text };
}

/** @returns the command that gives a program these words. An operand that begins with a dash makes it a remark that says why. */
export function command(program: string, ...given: readonly Given[]): Command {
  const words: CommandWord[] = [program];
  for (const word of given) {
    if (typeof word === 'string' || 'output' in word) words.push(word);
    else if (word.operand === '' || word.operand.startsWith('-'))
      return remark`not written out: ${program} would take the name ${word.operand} for an option`;
    else words.push(word.operand);
  }
  return { words };
}

function filled(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => values.get(key) ?? whole);
}

/**
 * @param template a command as an audit rule names it: words as a shell splits them, or a remark after `#`. A shell's other signs (`|`, `>`, `$`)
 *   are letters like all others.
 * @returns the template with `{name}` replaced in its words. A value that makes an option of a word is refused in a remark.
 * @throws RangeError where a quote of the template is not closed.
 */
export function fill(template: string, values: ReadonlyMap<string, string>): Command {
  if (template.startsWith('#')) {
    const text = template.slice(1).trimStart();
    return { words: [], remark: text.replace(/\{(\w+)\}/g, (whole, key: string) => quoted(values.get(key)) ?? whole) };
  }
  const [program, ...words] = splitWords(template) ?? [];
  if (program === undefined) throw new RangeError(`the command "${template}" has a quote that is not closed, or no word`);
  return command(program, ...words.map((word) => (word.startsWith('-') ? filled(word, values) : operand(filled(word, values)))));
}

function quoted(value: string | undefined): string | undefined {
  return value === undefined ? undefined : quoteWord(visible(value));
}
