import type { OracleQuery } from '../../netfilter/index.js';

/**
 * Answers that the user gave, by category: `limit` → `under`, `missing` → `net.ipv4.ip_forward=1` and others …; `fresh` for all
 * that a single packet decides before which nothing was counted.
 */
export type Answers = ReadonlyMap<string, readonly string[]>;

/** @returns the user's word for one question; undefined where none was given that fits. */
export function given(answers: Answers, question: OracleQuery): boolean | undefined {
  for (const word of [...(answers.get(question.category) ?? []), ...(answers.get('all') ?? [])]) {
    if (word === question.yes || word === 'match' || word === 'yes') return true;
    if (word === question.no || word === 'no-match' || word === 'no') return false;
    if (word === 'usual') return question.usual;
  }
  return answers.has('fresh') ? question.fresh : undefined;
}
