import { sequence } from '../reachability/hosts.js';
import { KINDS } from './kinds.js';

/** Files of a snapshot by their paths. */
export type Files = ReadonlyMap<string, string>;

/** A way to damage one file. */
export interface Damage {
  readonly file: string;
  readonly what: string;
  /** Undefined: it is deleted. */
  readonly text: string | undefined;
  /** Where it was cut. */
  readonly cut?: number;
}

const ERRORS = [
  'bash: line 1: command not found\n',
  'Cannot open: Permission denied (you must be root)\n',
  'iptables v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)\n',
];

/**
 * Every way to damage one file: deleted, emptied, an error message in its place, cut at places.
 * A cut between two lines of a listing that says nothing of its end leaves what the command may have printed: it is moved into a line.
 */
export function damagesOf(file: string, text: string, cuts: number, below: (n: number) => number): readonly Damage[] {
  const at = Array.from({ length: cuts }, (_, i) => Math.floor((text.length * (i + 1)) / (cuts + 1)));
  const inside = at
    .map((offset) => (text[offset - 1] === '\n' ? offset + 2 : offset))
    .filter((offset) => offset > 0 && offset < text.length - 1);
  return [
    { file, what: 'deleted', text: undefined },
    { file, what: 'emptied', text: '' },
    { file, what: 'an error message', text: ERRORS[below(ERRORS.length)] },
    ...inside.map((offset) => ({ file, what: `cut at ${offset}`, text: text.slice(0, offset), cut: offset })),
  ];
}

/** Each of the kinds of damage that a text can bear, once. */
function mishapsOf(file: string, text: string, files: Files, others: readonly Files[], below: (n: number) => number): readonly Damage[] {
  return KINDS.flatMap(({ name, of }) => {
    const left = of({ file, text, files, others, below });
    return left === undefined || left === text ? [] : [{ file, what: name, text: left }];
  });
}

/** @returns the files with some of them damaged. */
export function damaged(files: Files, damages: readonly Damage[]): Files {
  const left = new Map(files);
  for (const { file, text } of damages) {
    if (text === undefined) left.delete(file);
    else left.set(file, text);
  }
  return left;
}

/**
 * @param others files of other hosts, which may lie where those of this one should.
 * @param seed chooses which, where `most` are fewer than all.
 * @returns single damages, and of pairs as many again.
 */
export function sampled(files: Files, others: readonly Files[], seed: number, most: number, cuts: number): readonly (readonly Damage[])[] {
  const below = sequence(seed);
  const all = [...files]
    .filter(([name, text]) => name !== 'meta.json' && text.trim() !== '')
    .flatMap(([name, text]) => [...damagesOf(name, text, cuts, below), ...mishapsOf(name, text, files, others, below)]);
  const one = (): Damage => all[below(all.length)]!;
  if (most >= all.length) return [...all.map((damage) => [damage]), ...all.map((damage) => [damage, one()])];
  return Array.from({ length: most }, (_, i) => (i % 3 === 2 ? [one(), one()] : [one()]));
}
