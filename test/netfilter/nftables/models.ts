import { readNftJson } from '../../../src/netfilter/nftables/read-json.js';
import type { Json } from '../../../src/netfilter/nftables/json/value.js';
import { readNftText } from '../../../src/netfilter/nftables/read-text.js';
import type { NftRuleset, NftTable } from '../../../src/netfilter/nftables/ast.js';

/** What a reader told of, without the place. */
export interface Told {
  readonly ruleset: NftRuleset;
  readonly problems: readonly string[];
}

/** @param whole whether everything that rules name must be there. */
export function fromText(text: string, whole = true): Told {
  const problems: string[] = [];
  const complain = (line: number, _text: string, message: string): void => void problems.push(`${line}: ${message}`);
  return { ruleset: readNftText(text, { file: 'text', whole, complain }), problems };
}

export function fromJson(text: string): Told {
  const problems: string[] = [];
  const complain = (_line: number, quote: string, message: string): void => void problems.push(`${quote}: ${message}`);
  const options = { file: 'json', whole: true, complain, lineOf: () => 1, nameFault: () => undefined };
  return { ruleset: readNftJson(JSON.parse(text) as Json, options), problems };
}

/** Where something stood, and what JSON of nft 1.0.6 does not tell. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'origin',
  'line',
  'handle',
  'typeof',
  'dataTypeof',
  'dataInterval',
  'autoMerge',
  'style',
  'expires',
  'devicesUnseen',
]);

/** @returns a part of a model without what the other listing cannot tell. */
export function told(value: unknown): unknown {
  if (value instanceof Map) return new Map([...value].map(([key, one]): readonly [unknown, unknown] => [key, told(one)]));
  if (Array.isArray(value)) return value.filter((one) => one !== 'dynamic').map(told);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, one]) => !LEFT_OUT.has(name) && one !== undefined)
      .map(([name, one]) => [name, told(one)]),
  );
}

/** @returns the rules of every chain, by chain: their statements and how they print. */
export function rulesOf(table: NftTable): readonly (readonly [chain: string, text: string, statements: unknown])[] {
  return [...table.chains.values()].flatMap((chain) => chain.rules.map((rule) => [chain.name, rule.text, told(rule.statements)] as const));
}
