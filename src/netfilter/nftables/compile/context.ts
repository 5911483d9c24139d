import type { NftFamily, NftTable } from '../../../model/nftables/ruleset.js';
import { between, equals, type Predicate } from '../../predicate/predicate.js';
import type { Category, OracleQuery } from '../../predicate/question.js';
import type { KeyedSet } from '../../sets/keyed-set.js';
import type { Term } from '../../term.js';
import type { Elements, KeyType } from '../ast.js';

/** What a rule is compiled in. */
export interface CompileContext {
  readonly family: NftFamily;
  readonly table: NftTable;
  /** The rule as nft prints it, for questions about it. */
  readonly text: string;
  /** @returns a set or map of the table by name. */
  named(name: string): KeyedSet;
  /** @returns a set or map that is written in the rule. */
  anonymous(elements: Elements, width: number, type?: KeyType): KeyedSet;
}

/** What an expression reads: its values, and what a packet must be for it to have them. */
export interface Selected {
  readonly terms: readonly Term[];
  readonly needs: readonly Predicate[];
}

/** A rule that cannot be compiled as it stands; the message says what. */
export class NotModelled extends Error {}

/** @returns one value. */
export function one(term: Term, ...needs: readonly Predicate[]): Selected {
  return { terms: [term], needs };
}

/** @returns a field of the packet, with what has to hold besides. */
export function field(name: Extract<Term, { op: 'field' }>['field'], ...needs: readonly Predicate[]): Selected {
  return one({ op: 'field', field: name }, ...needs);
}

interface Words {
  readonly yes: string;
  readonly no: string;
  readonly usual: boolean;
}

/** @returns a question about a part of the rule. */
export function question(context: CompileContext, category: Category, detail: string, words?: Words): OracleQuery {
  return { category, ...(words ?? { yes: 'match', no: 'no-match', usual: false }), detail: `${detail} (${context.text})` };
}

/** @returns a value that no snapshot tells. */
export function hidden(context: CompileContext, category: Category, detail: string, words?: Words): Selected {
  return one({ op: 'unknown', question: question(context, category, detail, words) });
}

/** @returns the condition that the packet is of a family, where its table does not say so already. */
export function inFamily({ family }: CompileContext, wanted: 4 | 6): readonly Predicate[] {
  return family === (wanted === 4 ? 'ip' : 'ip6') ? [] : [equals('family', wanted)];
}

/** @returns the condition that the packet has a protocol. */
export function withProtocol(...protocols: readonly number[]): Predicate {
  return { op: 'in', field: 'proto', ranges: protocols.map((proto) => [proto, proto] as const) };
}

/** The condition that conntrack knows the packet (nft_ct_get_eval ends the rule where it does not). */
export const HAS_CONNECTION: Predicate = between('ctdir', 0, 1);
