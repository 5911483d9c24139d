import type { Origin } from '../../model/origin.js';
import type { Assumption } from '../../model/assumption.js';
import type { OracleQuery } from '../../netfilter/index.js';
import { given, type Answers } from './answers.js';
import { OutOfBudget } from './budget.js';

/** A question that came up on the way, and the side that this walk took. */
export interface Decision {
  readonly question: OracleQuery;
  readonly origin: Origin | undefined;
  readonly answer: boolean;
  /** The user answered it, so there is no other side to look at. */
  readonly given: boolean;
  /** How much of the trace was there when it was asked. */
  readonly at: { readonly packets: number; readonly rules: number; readonly steps: number };
}

/** A point of a walk from which it could have gone on in several ways; way 0 is the usual one. */
export interface Crossing {
  readonly ways: number;
  readonly taken: number;
}

/** A question that was answered on the way through a table. */
export interface Answered {
  readonly question: OracleQuery;
  readonly origin: Origin | undefined;
  readonly answer: boolean;
  readonly given: boolean;
}

/** What a rule with matches that the snapshot cannot tell comes to: what the user said of it, and what is left to ask. */
export interface RuleQuery {
  /** Answers of the user's that count. */
  readonly given: readonly Answered[];
  /** Whether the rule matches, where the user's answers decide that; else the question that is left. */
  readonly left: boolean | OracleQuery;
}

/** Crossings of one walk: what depends on more than that is not looked at. */
const MOST_CROSSINGS = 64;

/**
 * Answers what the snapshot cannot. One walk takes one way at each crossing; the walk is repeated with a longer
 * `script` until every way was seen, so the datapath itself stays plain code.
 */
export class Oracle {
  readonly asked: Decision[] = [];
  readonly crossings: Crossing[] = [];
  /** Rules tried for this walk so far. */
  tried = 0;

  constructor(
    private readonly script: readonly number[],
    private readonly answers: Answers,
    private readonly trace: { progress(): Decision['at'] },
    /** Set where ways that come to the same are told apart by the rules that match on them: how many are of use. */
    readonly most?: number,
  ) {}

  /** Whether the user answered anything. */
  get hasAnswers(): boolean {
    return this.answers.size > 0;
  }

  /** @returns what the user said to a question. */
  given(question: OracleQuery): boolean | undefined {
    return given(this.answers, question);
  }

  /**
   * Runs what is only worth knowing where it hangs on nothing that is open.
   * @returns undefined where it asked: the questions are forgotten.
   */
  unasked<T>(work: () => T): T | undefined {
    const asked = this.asked.length;
    const crossings = this.crossings.length;
    const result = work();
    if (this.asked.length === asked) return result;
    this.asked.length = asked;
    this.crossings.length = crossings;
    return undefined;
  }

  /** Set while a later packet goes the way of an earlier one: which of the answers counts that a rule was given before. */
  private repeated: 'first' | 'last' | undefined;

  /** Runs what goes the way of an earlier packet: a question that was put then by the same rule is not put anew. */
  repeating<T>(which: 'first' | 'last', work: () => T): T {
    const outer = this.repeated;
    this.repeated = which;
    try {
      return work();
    } finally {
      this.repeated = outer;
    }
  }

  /** What the same rule was told before, where that counts. */
  private before(question: OracleQuery, origin: Origin | undefined): boolean | undefined {
    if (this.repeated === undefined || origin === undefined) return undefined;
    const isSame = (one: Decision): boolean =>
      one.origin?.line === origin.line &&
      one.origin.file === origin.file &&
      one.question.category === question.category &&
      one.question.yes === question.yes &&
      one.question.no === question.no &&
      one.question.detail === question.detail;
    return (this.repeated === 'first' ? this.asked.find(isSame) : this.asked.findLast(isSame))?.answer;
  }

  private cross(ways: number, detail: string): number {
    if (this.crossings.length >= MOST_CROSSINGS) throw new OutOfBudget({ what: 'questions', limit: MOST_CROSSINGS, detail });
    const taken = this.script[this.crossings.length] ?? 0;
    this.crossings.push({ ways, taken });
    return taken;
  }

  /** @returns the side to take on a question; `origin` is the rule or file that raises it. */
  ask(question: OracleQuery, origin?: Origin): boolean {
    const known = this.before(question, origin);
    if (known !== undefined) return known;
    const word = this.given(question);
    const answer = word ?? (this.cross(2, question.detail) === 0 ? question.usual : !question.usual);
    this.asked.push({ question, origin, answer, given: word !== undefined, at: this.trace.progress() });
    return answer;
  }

  /**
   * Takes one of several ways that differ in what they come to; way 0 is the usual one.
   * @param tell tells of one way, with the answers that lead to it.
   */
  choose<T extends { readonly answered: readonly Answered[] }>(ways: number, tell: (way: number) => T): T {
    if (this.repeated !== undefined && ways > 1) return this.chooseAgain(ways, tell);
    const first = ways < 2 ? undefined : tell(0);
    const taken = first === undefined ? 0 : this.cross(ways, first.answered.find((a) => !a.given)?.question.detail ?? '');
    const told = taken === 0 && first !== undefined ? first : tell(taken);
    this.tell(told.answered);
    return told;
  }

  /** Keeps what a rule was told; what it was told before is kept already. */
  private tell(answers: readonly Answered[]): void {
    const at = this.trace.progress();
    for (const one of answers) if (this.before(one.question, one.origin) === undefined) this.asked.push({ ...one, at });
  }

  /** Takes one of the ways that fit what the rules were told before. */
  private chooseAgain<T extends { readonly answered: readonly Answered[] }>(ways: number, tell: (way: number) => T): T {
    const known = ({ question, origin }: Answered): boolean | undefined => this.before(question, origin);
    const all = Array.from({ length: Math.min(ways, MOST_CROSSINGS) }, (_, way) => tell(way));
    const fitting = all.filter(({ answered }) => answered.every((one) => (known(one) ?? one.answer) === one.answer));
    const open = fitting.length === 0 ? all : fitting;
    const detail = open[0]?.answered.find((a) => !a.given)?.question.detail ?? '';
    const told = open[open.length === 1 ? 0 : this.cross(open.length, detail)]!;
    this.tell(told.answered);
    return told;
  }

  /** One rule is one question, however many of its matches are unknown. */
  ofRule(origin: Origin, questions: readonly OracleQuery[]): RuleQuery {
    const given: Answered[] = [];
    const open: OracleQuery[] = [];
    for (const question of questions) {
      const answer = this.given(question);
      if (answer === false) return { given: [{ question, origin, answer, given: true }], left: false };
      if (answer === undefined) open.push(question);
      else given.push({ question, origin, answer, given: true });
    }
    const [first] = open;
    if (first === undefined) return { given, left: true };
    if (open.length === 1) return { given, left: first };
    const detail = [...new Set(open.map((q) => q.detail))].join('; ');
    return { given, left: { ...first, usual: open.every((q) => q.usual), detail } };
  }
}

/** @returns what a report lists as taken for granted. */
export function toAssumption(asked: Decision): Assumption {
  const { question, origin, answer } = asked;
  return {
    category: question.category,
    choice: `${question.category}=${answer ? question.yes : question.no}`,
    detail: question.detail,
    ...(origin !== undefined && { origin }),
    given: asked.given,
  };
}
