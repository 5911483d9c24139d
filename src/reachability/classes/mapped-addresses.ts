import { parsePrefix, prefixOf, type Family, type Ip, type Prefix } from '../../address/ip.js';
import type { Machine } from '../../datapath/index.js';
import type { Range } from '../../address/ranges.js';
import type { Rule } from '../../model/netfilter.js';
import { rangeOf } from './address-conditions.js';
import type { Condition } from './partition.js';

/** A prefix that NETMAP maps onto another. */
interface Mapping {
  readonly from: Prefix;
  /** The address that `to` stands for: bits below the mask are kept. */
  readonly base: Ip;
  readonly to: Ip;
}

function netmapRules(machine: Machine, family: Family): readonly Rule[] {
  return [...machine.namespaces.values()].flatMap(({ netns }) =>
    netns.rulesets
      .filter((set) => set.family === family)
      .flatMap((set) => [...(set.tables.get('nat')?.chains.values() ?? [])].flatMap((c) => c.rules))
      .filter(({ spec }) => spec.target?.name === 'NETMAP'),
  );
}

const mapsTo = ({ spec }: Rule): Prefix | undefined => parsePrefix(spec.target?.options.find((o) => o.flag === '--to')?.args[0] ?? '');

/** The addresses that a rule maps onto a prefix, where they are one prefix no wider than that. */
function mapped(rule: Rule, to: Prefix): readonly Prefix[] {
  const { chain, head } = rule;
  const side = /^(?:POSTROUTING|INPUT)$/.test(chain)
    ? [head?.src]
    : /^(?:PREROUTING|OUTPUT)$/.test(chain)
      ? [head?.dst]
      : [head?.src, head?.dst];
  return side.flatMap((from) => (from === undefined || from.negated || from.value.length < to.length ? [] : [from.value]));
}

/** @returns whether a rule maps more prefixes than one onto another: addresses far apart then become neighbours. */
export function mapsWidely(machine: Machine, family: Family): boolean {
  return netmapRules(machine, family).some((rule) => {
    const to = mapsTo(rule);
    return to === undefined || mapped(rule, to).length === 0;
  });
}

/** @returns the prefixes that NETMAP rules map onto others. */
export function mappingsOf(machine: Machine, family: Family): readonly Mapping[] {
  return netmapRules(machine, family).flatMap((rule): readonly Mapping[] => {
    const to = mapsTo(rule);
    return to === undefined ? [] : mapped(rule, to).map((from) => ({ from, base: prefixOf(from.addr, to.length).addr, to: to.addr }));
  });
}

/** What a condition on translated addresses asks of those before translation. */
export function* before(condition: Condition, mappings: readonly Mapping[]): Generator<Condition> {
  for (const { from, base, to } of mappings) {
    const offset = BigInt(base) - BigInt(to);
    const [first, last] = rangeOf(from);
    const moved = condition.flatMap(([lo, hi]): readonly Range[] => {
      const [a, b] = [BigInt(lo) + offset, BigInt(hi) + offset];
      const clipped = [a > BigInt(first) ? a : BigInt(first), b < BigInt(last) ? b : BigInt(last)] as const;
      if (clipped[0] > clipped[1]) return [];
      return typeof first === 'number' ? [[Number(clipped[0]), Number(clipped[1])]] : [clipped];
    });
    if (moved.length > 0) yield moved;
  }
}
