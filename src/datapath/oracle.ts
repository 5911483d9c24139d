import type { Origin } from '../model/origin.js';
import type { Assumption, RuleHit } from '../model/trace.js';
import type { Question } from '../netfilter/predicate/predicate.js';
import type { TableVerdict } from './netfilter/table.js';

/** A question that came up on the way, and the side that this walk took. */
export interface Asked {
  readonly question: Question;
  readonly origin: Origin | undefined;
  readonly answer: boolean;
  /** The user answered it, so there is no other side to look at. */
  readonly given: boolean;
  /** How much of the trace was there when it was asked. */
  readonly at: { readonly packets: number; readonly rules: number; readonly steps: number };
}

/** Answers that the user gave, by category: `limit` → `under`, `missing` → `net.ipv4.ip_forward=1` and others … */
export type Answers = ReadonlyMap<string, readonly string[]>;

/** Thrown when a walk has asked too much to be looked at from all sides. */
export class TooManyQuestions extends Error {}

const MOST_QUESTIONS = 64;

/** Reads the user's word for one question; undefined where he gave none that fits. */
function given(answers: Answers, question: Question): boolean | undefined {
  for (const word of [...(answers.get(question.category) ?? []), ...(answers.get('all') ?? [])]) {
    if (word === question.yes || word === 'match' || word === 'yes') return true;
    if (word === question.no || word === 'no-match' || word === 'no') return false;
    if (word === 'usual') return question.usual;
  }
  return undefined;
}

/**
 * Answers what the snapshot cannot. One walk takes one side of each question; the walk is repeated with a longer
 * `script` until every side was seen, so the datapath itself stays plain code.
 */
export class Oracle {
  readonly asked: Asked[] = [];

  constructor(
    private readonly script: readonly boolean[],
    private readonly answers: Answers,
    private readonly trace: { progress(): Asked['at'] },
  ) {}

  /** @returns the side to take on a question; `origin` is the rule or file that raises it. */
  ask(question: Question, origin?: Origin): boolean {
    const word = given(this.answers, question);
    const undecided = this.asked.filter((a) => !a.given).length;
    if (this.asked.length >= MOST_QUESTIONS) throw new TooManyQuestions(question.detail);
    const answer = word ?? this.script[undecided] ?? question.usual;
    this.asked.push({ question, origin, answer, given: word !== undefined, at: this.trace.progress() });
    return answer;
  }

  /** One rule is one question, however many of its matches are unknown. */
  askRule(origin: Origin, questions: readonly Question[]): boolean {
    for (const question of questions) if (given(this.answers, question) === false) return this.ask(question, origin);
    const open = questions.filter((q) => given(this.answers, q) === undefined);
    const answered = questions.filter((q) => !open.includes(q));
    for (const question of answered) this.ask(question, origin);
    const [first, ...rest] = open;
    if (first === undefined) return true;
    const detail = [...new Set([first, ...rest].map((q) => q.detail))].join('; ');
    return this.ask({ ...first, usual: open.every((q) => q.usual), detail }, origin);
  }

  /** A rule that jumps into a chain it is in: no kernel loads that, so nothing can be said beyond it. */
  loop(origin: Origin, by: RuleHit): TableVerdict {
    const question: Question = {
      category: 'unknown',
      yes: 'accept',
      no: 'drop',
      usual: true,
      detail: 'chains that jump in a circle, which no kernel loads',
    };
    return this.ask(question, origin) ? { kind: 'accept', by } : { kind: 'drop', by };
  }
}

/** @returns what a report lists as taken for granted. */
export function toAssumption(asked: Asked): Assumption {
  const { question, origin, answer } = asked;
  return {
    category: question.category,
    choice: `${question.category}=${answer ? question.yes : question.no}`,
    detail: question.detail,
    ...(origin !== undefined && { origin }),
    given: asked.given,
  };
}
