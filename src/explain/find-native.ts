import type { Machine } from '../datapath/index.js';
import type { NftChain, NftRule, NftSet, NftTable } from '../model/nftables/ruleset.js';
import type { Origin } from '../model/origin.js';

type NetnsState = Machine['root'];

/** A native chain in its table and namespace. */
export interface NativeChainPlace {
  readonly ns: NetnsState;
  readonly table: NftTable;
  readonly chain: NftChain;
}

/** A native rule in its chain. */
export interface NativeRulePlace extends NativeChainPlace {
  readonly rule: NftRule;
  /** Counted from 1. */
  readonly number: number;
}

/** A set or map of a native table. */
export interface SetPlace {
  readonly ns: NetnsState;
  readonly table: NftTable;
  readonly set: NftSet;
}

/** @returns every chain of native tables; those that iptables lists are told of as its own. */
export function nativeChains(machine: Machine): readonly NativeChainPlace[] {
  return [...machine.namespaces.values()].flatMap((ns) =>
    ns.natives.own.flatMap((table) =>
      [...table.chains.values()].flatMap((chain) => (chain.iptables === undefined ? [{ ns, table, chain }] : [])),
    ),
  );
}

/** @returns every set and map of native tables. */
export function nativeSets(machine: Machine): readonly SetPlace[] {
  return [...machine.namespaces.values()].flatMap((ns) =>
    ns.natives.own.flatMap((table) => [...table.sets.values()].map((set) => ({ ns, table, set }))),
  );
}

function rulesOf(place: NativeChainPlace): readonly NativeRulePlace[] {
  return place.chain.rules.map((rule, i) => ({ ...place, rule, number: i + 1 }));
}

/** @returns the rules that a predicate picks. */
export function nativeRules(machine: Machine, wanted: (place: NativeRulePlace) => boolean): readonly NativeRulePlace[] {
  return nativeChains(machine).flatMap((place) => rulesOf(place).filter(wanted));
}

/** @returns whether something stands in a line of a file. */
export function standsAt({ file, line }: Origin, at: Origin): boolean {
  return file === at.file && line === at.line;
}

/** `[FAMILY TABLE] NAME`, as nft writes it. */
export interface NativeName {
  readonly family?: string;
  readonly table?: string;
  readonly name: string;
  readonly handle?: number;
}

/** @returns a name of nft's: of a chain, of a set, or of a rule by its handle. */
export function readNativeName(what: string): NativeName | undefined {
  const found = /^(?:(ip6?|inet|arp|bridge|netdev) (\S+) )?@?(\S+?)(?: handle (\d{1,9}))?$/.exec(what);
  const [, family, table, name, handle] = found ?? [];
  if (name === undefined) return undefined;
  return {
    name,
    ...(family !== undefined && { family }),
    ...(table !== undefined && { table }),
    ...(handle !== undefined && { handle: Number(handle) }),
  };
}

/** @returns whether a table is the one that a name says, where it says one. */
export function isIn({ family, name }: NftTable, wanted: NativeName): boolean {
  return (wanted.family === undefined || wanted.family === family) && (wanted.table === undefined || wanted.table === name);
}
