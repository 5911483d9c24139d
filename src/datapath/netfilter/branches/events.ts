import type { Action } from '../../../netfilter/index.js';
import type { Answered } from '../../walk/oracle.js';
import type { RunnableRule } from '../compile.js';

/** What happens on a piece of the way through a table: rules that match and answers of the user's, in order. */
export type Events =
  | { readonly kind: 'none'; readonly size: 0 }
  | { readonly kind: 'hit'; readonly size: 1; readonly rule: RunnableRule }
  /** What a native rule wrote before it came to its end. */
  | { readonly kind: 'did'; readonly size: 0; readonly action: Action }
  | { readonly kind: 'answered'; readonly size: 0; readonly answered: Answered }
  | { readonly kind: 'both'; readonly size: number; readonly first: Events; readonly then: Events }
  /** On both sides of a question that decides nothing: `usual` is shown, `other` may be instead. */
  | { readonly kind: 'either'; readonly size: number; readonly usual: Events; readonly other: Events };

export const NO_EVENTS: Events = { kind: 'none', size: 0 };

/** @returns one piece of the way after another: no list is copied, so that what is met a million times is told once. */
export function both(first: Events, then: Events): Events {
  if (first.kind === 'none') return then;
  return then.kind === 'none' ? first : { kind: 'both', size: first.size + then.size, first, then };
}

/** @returns the two sides of a question that decides nothing. */
export function either(usual: Events, other: Events): Events {
  if (usual.kind === 'none' && other.kind === 'none') return usual;
  return { kind: 'either', size: usual.size + other.size, usual, other };
}

/** How an event stands to what surely happens. */
export type Standing = 'sure' | 'possible' | 'besides';

/** Tells events one by one, in order. */
export interface EventTeller {
  hit(rule: RunnableRule, standing: Standing): void;
  did(action: Action): void;
  answered(answered: Answered): void;
}

/** Pieces of the way that were told already. */
export type ToldPieces = Readonly<Record<Standing, Set<Events>>>;

/** @returns none so far. */
export function nothingTold(): ToldPieces {
  return { sure: new Set(), possible: new Set(), besides: new Set() };
}

/**
 * Goes through events; as deep as they are nested, so without calls within calls.
 * @param told where it is given, a piece that stands in several places of the way is told in the first of them only.
 */
export function tellEvents(events: Events, teller: EventTeller, told?: ToldPieces): void {
  const open: { readonly events: Events; readonly standing: Standing }[] = [{ events, standing: 'sure' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { events: one, standing } = next;
    if (told?.[standing].has(one) === true) continue;
    told?.[standing].add(one);
    switch (one.kind) {
      case 'none':
        break;
      case 'hit':
        teller.hit(one.rule, standing);
        break;
      case 'did':
        if (standing !== 'besides') teller.did(one.action);
        break;
      case 'answered':
        if (standing !== 'besides') teller.answered(one.answered);
        break;
      case 'both':
        open.push({ events: one.then, standing }, { events: one.first, standing });
        break;
      case 'either':
        open.push({ events: one.other, standing: 'besides' }, { events: one.usual, standing: standing === 'sure' ? 'possible' : standing });
        break;
    }
  }
}
