import type { OracleQuery } from '../../netfilter/index.js';
import { type MatchContext, type Test, Tri, tri } from './context.js';

/** Forgets the questions that turned out not to matter. */
function forget(context: MatchContext, before: number): void {
  if (context.questions.length > before) context.questions.length = before;
}

/** @returns a test that all of several hold: one that does not settles it, and what the others could not tell is asked no more. */
export function conjunction(tests: readonly Test[]): Test {
  return (context) => {
    const before = context.questions.length;
    let answer: Tri = Tri.Yes;
    for (let i = 0; i < tests.length; i++) {
      const one = tests[i]!(context);
      if (one === Tri.No) {
        forget(context, before);
        return Tri.No;
      }
      if (one === Tri.Unknown) answer = Tri.Unknown;
    }
    return answer;
  };
}

/** @returns a test that one of several holds: one that does settles it, and what the others could not tell is asked no more. */
export function disjunction(tests: readonly Test[]): Test {
  return (context) => {
    const before = context.questions.length;
    let answer: Tri = Tri.No;
    for (let i = 0; i < tests.length; i++) {
      const one = tests[i]!(context);
      if (one === Tri.Yes) {
        forget(context, before);
        return Tri.Yes;
      }
      if (one === Tri.Unknown) answer = Tri.Unknown;
    }
    return answer;
  };
}

/** A negated match that is not known: the word that says it matches without the `!` says that the rule does not. */
function turned(question: OracleQuery): OracleQuery {
  const { yes, no, usual } = question;
  if (yes === 'match') return question;
  return { ...question, yes: no, no: yes, usual: !usual, ...(question.fresh !== undefined && { fresh: !question.fresh }) };
}

/** @returns a test that another does not hold; what that could not tell is asked with its words turned. */
export function negation(test: Test): Test {
  return (context) => {
    const before = context.questions.length;
    const answer = test(context);
    if (answer !== Tri.Unknown) return tri(answer === Tri.No);
    context.questions.push(...context.questions.splice(before).map(turned));
    return Tri.Unknown;
  };
}
