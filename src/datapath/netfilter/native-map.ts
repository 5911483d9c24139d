import type { Action, KeyedSet, OracleQuery, SetEntry } from '../../netfilter/index.js';
import { BROKE, ON, unseen, type TermReader, type StepResult } from './step-result.js';
import { foundIn, UNKNOWN } from './terms.js';

/** What an entry of a verdict map that was found comes to. */
function ofEntry({ data, asks }: SetEntry): StepResult {
  if (data?.kind !== 'action') return BROKE;
  const { action, text, entry } = data;
  const then: StepResult = action.kind === 'continue' ? ON : { kind: 'ends', action, text, entry };
  return asks.length === 0 ? then : { kind: 'open', questions: asks, then };
}

/** So many entries are told one by one where nobody can tell the key. */
const MOST_EITHER = 8;

/** Each entry of a map in turn, one of which a key that nobody can tell has found; undefined where they are not all known, or many. */
function anyEntry({ entries, dynamic, unread }: KeyedSet, { category, detail }: OracleQuery): StepResult | undefined {
  const [last, ...others] = [...entries].reverse();
  if (dynamic || unread !== undefined || last === undefined || entries.length > MOST_EITHER) return undefined;
  return others.reduce<StepResult>((otherwise, entry) => {
    const yes = entry.data?.kind === 'action' ? entry.data.entry() : '';
    const question: OracleQuery = { category, yes, no: 'other', usual: true, detail: `${detail}: whether it comes to ${yes}` };
    return { kind: 'either', question, then: ofEntry(entry), otherwise };
  }, ofEntry(last));
}

/** nft_lookup_eval of a verdict map: what the entry says that the key has found. */
export function vmap({ key, map }: Extract<Action, { kind: 'vmap' }>, reader: TermReader): StepResult {
  const found = foundIn(key, map, reader.context, reader.pick);
  if (found !== UNKNOWN) return found === undefined ? BROKE : ofEntry(found);
  const { manyDrawn } = reader;
  if (manyDrawn !== undefined) return unseen(manyDrawn.detail);
  return reader.unread((question) => anyEntry(map, question) ?? unseen(question.detail));
}
