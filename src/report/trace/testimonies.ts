import type { Origin } from '../../model/origin.js';
import type { Testimony, Weighed, Weight } from '../../model/testimony.js';
import type { Trace } from '../../model/trace.js';
import { arrow } from '../words.js';

/** One line of text about a flow, in words. */
export interface TestimonyLine {
  readonly at: Origin;
  readonly text: string;
  /** Whether it agrees with the prediction; undefined where it neither does nor does not. */
  readonly agrees: boolean | undefined;
}

function subject(testimony: Testimony): string {
  const packet = arrow(testimony.packet);
  switch (testimony.kind) {
    case 'log':
      return `the log has ${packet}`;
    case 'rule':
      return `a trace has ${packet} in ${testimony.rule.table} ${testimony.rule.chain}`;
    case 'connection':
      return `a connection is tracked: ${packet}, answered from ${arrow(testimony.answer)}`;
    case 'martian':
      return `the log has a martian: ${packet}, in by ${testimony.in}`;
    case 'seen': {
      const at = [testimony.iface, testimony.dir].filter((word) => word !== undefined).join(' ');
      return `tcpdump saw ${packet}${at === '' ? '' : ` (${at})`}`;
    }
  }
}

function verdict(weight: Weight): string {
  switch (weight.kind) {
    case 'met':
      return `by the rule that the predicted packet meets: ${weight.rule}`;
    case 'not-met':
      return `by a rule that the predicted packet does not meet: ${weight.rule}`;
    case 'no-such-rule':
      return 'by a rule that the snapshot does not have: its rules are of another moment, or were not listed';
    case 'there':
      return 'where it is predicted to be';
    case 'elsewhere':
      return 'which it is not predicted to cross';
    case 'as-tracked':
      return 'as predicted';
    case 'translated-otherwise':
      return `which makes it ${weight.to}; predicted is ${weight.predicted}: it may be older than the rules, as a connection keeps its translation`;
    case 'dropped':
      return weight.predicted ? 'dropped by routing as predicted' : 'dropped by routing, which is not predicted';
    case 'answered':
      return weight.predicted ? 'no answer came, though one is predicted' : 'an answer came, though none is predicted';
  }
}

const AGREES: Readonly<Record<Exclude<Weight['kind'], 'dropped'>, boolean | undefined>> = {
  met: true,
  'not-met': false,
  'no-such-rule': undefined,
  there: true,
  elsewhere: false,
  'as-tracked': true,
  'translated-otherwise': false,
  answered: false,
};

function agrees(weight: Weight): boolean | undefined {
  return weight.kind === 'dropped' ? weight.predicted : AGREES[weight.kind];
}

function lineOf({ testimony, weight }: Weighed): TestimonyLine {
  return { at: testimony.origin, text: `${subject(testimony)}, ${verdict(weight)}`, agrees: agrees(weight) };
}

/** @returns what lines of text tell of a flow, what speaks against the prediction first. */
export function testimonyLines({ testimonies = [] }: Trace): readonly TestimonyLine[] {
  const all = testimonies.map(lineOf);
  return [...all.filter(({ agrees }) => agrees === false), ...all.filter(({ agrees }) => agrees !== false)];
}
