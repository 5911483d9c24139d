import { ownerOfNative } from '../../inventory/index.js';
import type { StartNftables } from '../../model/at-start.js';
import type { NftChain, NftRule, NftTable } from '../../model/nftables/ruleset.js';
import { withoutCounts } from '../../netfilter/nftables/index.js';
import type { Survey } from '../survey/survey.js';
import { Tally, type StartComparison, type StartDifference } from './difference.js';

/** A native rule and where it stands. */
interface Placed {
  readonly table: NftTable;
  readonly chain: NftChain;
  readonly rule: NftRule;
}

function placedIn(table: NftTable): readonly Placed[] {
  return [...table.chains.values()].flatMap((chain) => chain.rules.map((rule) => ({ table, chain, rule })));
}

const chainKey = ({ table, chain }: Pick<Placed, 'table' | 'chain'>): string => `${table.family} ${table.name} ${chain.name}`;
const keyOf = (placed: Placed): string => `${chainKey(placed)} ${withoutCounts(placed.rule.text)}`;
const isOperators = (table: NftTable): boolean => ownerOfNative(table).kind === 'you';
const verdictsOf = ({ statements }: NftRule): readonly string[] =>
  statements.flatMap((one) => (one.kind === 'verdict' ? [one.verdict.kind] : one.kind === 'reject' ? ['drop'] : []));

/** What a rule does with a packet, however its conditions are spelled. */
function deedOf(placed: Placed): string {
  const to = placed.rule.statements.flatMap((one) =>
    one.kind === 'verdict' && 'chain' in one.verdict && typeof one.verdict.chain === 'string' ? [one.verdict.chain] : [],
  );
  return [chainKey(placed), ...verdictsOf(placed.rule), ...to].join(' ');
}

function difference(what: 'lost' | 'back', placed: Placed): StartDifference {
  const { rule } = placed;
  const note = what === 'lost' ? 'no file that was given brings it back' : 'it is not there now, and comes back';
  return {
    what,
    opens: verdictsOf(rule).includes(what === 'lost' ? 'drop' : 'accept'),
    kind: 'rule',
    name: `nftables ${chainKey(placed)} ${rule.text}`,
    text: rule.text,
    origin: rule.origin,
    lines: [{ text: rule.text, origin: rule.origin, note }],
  };
}

/**
 * People spell rules otherwise than nft lists them. Where a chain has, on both sides, rules that do the same and read otherwise, they may
 * be the same rules: no more than that is said. What has no such counterpart is one side's alone.
 */
function apart(
  now: readonly Placed[],
  then: readonly Placed[],
): { readonly differences: readonly StartDifference[]; readonly spelled: readonly string[] } {
  const [saved, there] = [new Tally(then.map(keyOf)), new Tally(now.map(keyOf))];
  const lost = now.filter((placed) => !saved.take(keyOf(placed)));
  const back = then.filter((placed) => !there.take(keyOf(placed)));
  const [ofLost, ofBack] = [new Set(lost.map(deedOf)), new Set(back.map(deedOf))];
  const both = lost.filter((placed) => ofBack.has(deedOf(placed))).map(chainKey);
  return {
    differences: [
      ...lost.filter((placed) => !ofBack.has(deedOf(placed))).map((placed) => difference('lost', placed)),
      ...back.filter((placed) => !ofLost.has(deedOf(placed))).map((placed) => difference('back', placed)),
    ],
    spelled: [...new Set(both)].map(
      (chain) => `rules of the chain ${chain} read otherwise in the file: whether they are the same is not decided`,
    ),
  };
}

/** Base chains that drop what none of their rules takes, and that no file makes. */
function lostDrops(now: readonly NftTable[], then: readonly NftTable[]): readonly StartDifference[] {
  const saved = new Set(then.flatMap((table) => [...table.chains.values()].map((chain) => chainKey({ table, chain }))));
  return now.flatMap((table) =>
    [...table.chains.values()].flatMap((chain): readonly StartDifference[] => {
      const key = chainKey({ table, chain });
      if (chain.base?.policy !== 'drop' || saved.has(key)) return [];
      const lines = [{ text: 'policy drop', origin: chain.origin, note: 'no file that was given brings it back' }];
      return [{ what: 'lost', opens: true, kind: 'chain', name: `nftables ${key}`, text: 'policy drop', origin: chain.origin, lines }];
    }),
  );
}

/** Base chains on both sides whose policies differ. */
function policies(now: readonly NftTable[], then: readonly NftTable[]): readonly StartDifference[] {
  const saved = new Map(then.flatMap((table) => [...table.chains.values()].map((chain) => [chainKey({ table, chain }), chain] as const)));
  return now.flatMap((table) =>
    [...table.chains.values()].flatMap((chain): readonly StartDifference[] => {
      const other = saved.get(chainKey({ table, chain }));
      const [policy, later] = [chain.base?.policy, other?.base?.policy];
      if (other === undefined || policy === undefined || later === undefined || policy === later) return [];
      return [
        {
          what: 'set',
          opens: policy === 'drop',
          kind: 'chain',
          name: `nftables ${chainKey({ table, chain })}`,
          text: `policy ${policy} of ${chain.name}, ${later} after a start`,
          origin: chain.origin,
          lines: [
            { text: `policy ${policy}`, origin: chain.origin, note: 'now' },
            { text: `policy ${later}`, origin: other.origin, note: 'after a start' },
          ],
        },
      ];
    }),
  );
}

/** @returns what of the native rules a start would change; rules that another program writes anew are left out. */
export function comparedNftables(survey: Survey, files: readonly StartNftables[]): StartComparison {
  const listed = survey.machine.root.netns.nftables;
  if (files.length === 0) return { differences: [], doubts: [] };
  if (listed === undefined) return { differences: [], doubts: ['the native rules (nft list ruleset) are not in the snapshot'] };
  const now = survey.machine.root.natives.own.filter(isOperators);
  const then = files.flatMap(({ ruleset }) => ruleset.tables).filter(isOperators);
  const unread = files.filter(({ whole }) => !whole).map(({ ruleset }) => `not all that ${ruleset.file} loads is known`);
  const partly = listed.incomplete || listed.unread === true ? [`${listed.file} does not show all native rules`] : [];
  const whole = (placed: Placed): boolean => placed.rule.errors.length === 0;
  const { differences, spelled } = apart(now.flatMap(placedIn), then.flatMap(placedIn).filter(whole));
  const kept = differences.filter(({ what }) => (what === 'lost' ? unread : partly).length === 0);
  return {
    differences: [...(unread.length > 0 ? [] : lostDrops(now, then)), ...kept, ...policies(now, then)],
    doubts: [...unread, ...partly, ...spelled],
  };
}
