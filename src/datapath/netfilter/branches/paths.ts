import type { RuleHit } from '../../../model/trace.js';
import type { Answered } from '../../walk/oracle.js';
import type { Action } from '../../../netfilter/index.js';
import { changedHit } from '../hit.js';
import type { TableVerdict } from '../verdict.js';
import type { Ahead } from './ahead.js';
import { nothingTold, tellEvents, type Events, type EventTeller } from './events.js';

/** Matches of rules by one packet in one table that are told one by one; of more, those of each rule are told once. */
const MOST_HITS = 16_384;

/** A way through a table, told from its end. */
export interface Path {
  readonly ahead: Ahead;
  /** The way to the question that was answered to get here, and the answer. */
  readonly before: { readonly path: Path; readonly answered: Answered } | undefined;
}

/** The ways on from a question, the usual one first; none from an exit. */
function sidesOf(path: Path): readonly Path[] {
  const { to } = path.ahead;
  if (to.kind === 'exit') return [];
  const { question, origin, yes, no } = to;
  return [question.usual, !question.usual].map((answer) => ({
    ahead: answer ? yes : no,
    before: { path, answered: { question, origin, answer, given: false } },
  }));
}

/**
 * @returns one way to each thing that a table may come to: the usual one first; of several to the same, that with the fewest
 * answers that are not usual, the first of them given earliest.
 */
export function pathsOf(ahead: Ahead): readonly Path[] {
  const paths: Path[] = [];
  const reached = new Set<object>();
  const waiting: Path[] = [{ ahead, before: undefined }];
  for (let i = 0; i < waiting.length; i++) {
    for (let path: Path | undefined = waiting[i]; path !== undefined && !reached.has(path.ahead.to);) {
      reached.add(path.ahead.to);
      const [usual, other] = sidesOf(path);
      if (other === undefined) paths.push(path);
      else waiting.push(other);
      path = usual;
    }
  }
  return paths;
}

/** @returns every way through the table, the usual one first, each question's usual side before its other; of many, the first `most`. */
export function everyPath(ahead: Ahead, most: number): readonly Path[] {
  const paths: Path[] = [];
  const open: Path[] = [{ ahead, before: undefined }];
  for (let path = open.pop(); path !== undefined && paths.length < most; path = open.pop()) {
    const [usual, other] = sidesOf(path);
    if (usual === undefined || other === undefined) paths.push(path);
    else open.push(other, usual);
  }
  return paths;
}

/** A way through a table as a trace tells it. */
export interface PathReport {
  readonly answered: readonly Answered[];
  /** What the rules that matched do, still to be carried out, in order. */
  readonly done: readonly Action[];
  readonly hits: readonly RuleHit[];
  /** Rules that may have matched besides, to no effect. */
  readonly besides: readonly RuleHit[];
  /** Set where more matched than is told: each rule stands in `hits` once, where it matched first, and `done` is empty; this is all that happened. */
  readonly cut?: readonly Events[];
  readonly verdict: TableVerdict | undefined;
}

const possibleHits = new WeakMap<RuleHit, RuleHit>();

/** @returns the same hit, as one that may be none. */
export function possibleHit(hit: RuleHit): RuleHit {
  let possible = possibleHits.get(hit);
  if (possible === undefined) possibleHits.set(hit, (possible = changedHit(hit, { possible: true })));
  return possible;
}

/** @returns what a way comes to, from its beginning. */
export function reportPath(path: Path): PathReport {
  const pieces: Path[] = [path];
  let size = path.ahead.events.size;
  for (let { before } = path; before !== undefined; { before } = before.path) {
    pieces.push(before.path);
    size += before.path.ahead.events.size;
  }
  pieces.reverse();
  if (size > MOST_HITS) return tellOnce(pieces, path.ahead.verdict);
  const answered: Answered[] = [];
  const done: Action[] = [];
  const hits: RuleHit[] = [];
  const besides: RuleHit[] = [];
  for (const { ahead, before } of pieces) {
    if (before !== undefined) answered.push(before.answered);
    tellEvents(ahead.events, {
      hit: (rule, standing) => {
        if (standing === 'besides') return void besides.push(possibleHit(rule.hit));
        done.push(rule.action);
        hits.push(standing === 'sure' ? rule.hit : possibleHit(rule.hit));
      },
      did: (action) => done.push(action),
      answered: (one) => answered.push(one),
    });
  }
  return { answered, done, hits, besides, verdict: path.ahead.verdict };
}

/** The same of far too many matches: each rule once, where it matched first. */
function tellOnce(pieces: readonly Path[], verdict: TableVerdict | undefined): PathReport {
  const answered: Answered[] = [];
  const hits = new Set<RuleHit>();
  const besides = new Set<RuleHit>();
  const told = nothingTold();
  for (const { ahead, before } of pieces) {
    if (before !== undefined) answered.push(before.answered);
    const teller: EventTeller = {
      hit: ({ hit }, standing) =>
        void (standing === 'besides' ? besides.add(possibleHit(hit)) : hits.add(standing === 'sure' ? hit : possibleHit(hit))),
      did: () => undefined,
      answered: (one) => void answered.push(one),
    };
    tellEvents(ahead.events, teller, told);
  }
  return { answered, done: [], hits: [...hits], besides: [...besides], cut: pieces.map(({ ahead }) => ahead.events), verdict };
}
