import type { Ip } from '../../address/ip.js';
import type { Action, KeyedSet, OracleQuery, Term } from '../../netfilter/index.js';
import type { MatchContext } from './context.js';
import { UNKNOWN, type Pick } from './terms.js';

export type Draw = Extract<Term, { op: 'draw' }>;

/** What one step of a native rule comes to for a packet. */
export type StepResult =
  /** An expression found nothing: the rule ends here, without a hit (NFT_BREAK). */
  | { readonly kind: 'broke' }
  /** The rule goes on, once this is carried out. */
  | { readonly kind: 'on'; readonly action?: Action }
  /** The rule's verdict; `text` is what a trace says where a map gave it, `entry` the key of the entry that did. */
  | { readonly kind: 'ends'; readonly action: Action; readonly text?: string; readonly entry?: () => string }
  /** Depends on what nobody can tell: where the answer is no, the rule ends without a hit. */
  | { readonly kind: 'open'; readonly questions: readonly OracleQuery[]; readonly then: StepResult }
  /** Depends on what the kernel draws. */
  | { readonly kind: 'draw'; readonly draw: Draw; readonly map: { readonly set: KeyedSet; readonly field: number } | undefined }
  /** The rule goes on, or the packet is lost: the question says what decides it. `later`: not the rule drops it, but whatever meets it next. */
  | { readonly kind: 'decides'; readonly question: OracleQuery; readonly later: boolean }
  /** One entry of a map or another, where nobody can tell the key. */
  | { readonly kind: 'either'; readonly question: OracleQuery; readonly then: StepResult; readonly otherwise: StepResult }
  /** What the listing does not show gives the verdict: any, or none, and the rule goes on. */
  | { readonly kind: 'unseen'; readonly gap: GapAction }
  /** A mark becomes what nobody can tell. */
  | { readonly kind: 'unwritten'; readonly to: 'mark' | 'connmark'; readonly question: OracleQuery };

type GapAction = Extract<Action, { kind: 'gap' }>;

/** What was drawn so far, by the term that draws. */
export type Drawn = ReadonlyMap<Draw, Ip>;

export const BROKE: StepResult = { kind: 'broke' };
export const ON: StepResult = { kind: 'on' };

/** From as many values on the kernel's draw is not followed value by value. */
const MANY_DRAWS = 16;

const NOBODY_KNOWS: OracleQuery = {
  category: 'unknown',
  yes: 'match',
  no: 'no-match',
  usual: false,
  detail: 'a value that no listing shows',
};

/** A rule goes on with what nobody can tell: so it is said, and the other way is that the packet is lost by it. */
export function decides({ category, detail }: OracleQuery): StepResult {
  return { kind: 'decides', question: { category, yes: 'continue', no: 'drop', usual: true, detail }, later: true };
}

export const unseen = (detail: string): StepResult => ({ kind: 'unseen', gap: { kind: 'gap', detail, rule: true } });

/** Reads values, and tells what could not be read. */
export class TermReader {
  private wanted: Extract<StepResult, { kind: 'draw' }> | undefined;

  constructor(
    readonly context: MatchContext,
    private readonly drawn: Drawn,
  ) {}

  readonly pick: Pick = (term, map) => {
    const value = this.drawn.get(term);
    if (value !== undefined) return value;
    this.wanted ??= { kind: 'draw', draw: term, map };
    return UNKNOWN;
  };

  /** What stands for a value that could not be read. */
  unread(then: (question: OracleQuery) => StepResult): StepResult {
    if (this.wanted !== undefined) return this.wanted;
    const questions = this.context.questions.splice(0);
    return { kind: 'open', questions, then: then(questions[0] ?? NOBODY_KNOWS) };
  }

  /** What nobody can tell of a value. */
  get question(): OracleQuery {
    return this.context.questions.splice(0)[0] ?? NOBODY_KNOWS;
  }

  /** The question of a draw among so many values that they are not followed one by one. */
  get manyDrawn(): OracleQuery | undefined {
    const { wanted } = this;
    return wanted !== undefined && wanted.map === undefined && wanted.draw.mod > MANY_DRAWS ? wanted.draw.question : undefined;
  }
}
