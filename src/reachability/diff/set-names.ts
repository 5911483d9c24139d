import type { IpSetMember } from '../../model/netfilter.js';
import type { NftTable } from '../../model/nftables/ruleset.js';

/** @returns what tells an ipset from every other set of its namespace. */
export function ipsetKey(name: string): string {
  return `ipset ${name}`;
}

/** @returns what tells a set or map of nftables from every other set of its namespace, as `KeyedSet.id` does. */
export function nftSetKey({ family, name: table }: Pick<NftTable, 'family' | 'name'>, name: string): string {
  return `${family} ${table} ${name}`;
}

/** @returns an element of an ipset with all of it that decides. */
export function memberText({ text, nomatch }: IpSetMember): string {
  return nomatch ? `${text} nomatch` : text;
}
