import type { Host, Netns } from '../../model/host.js';
import type { NftRuleset, NftTable } from '../../model/nftables/ruleset.js';
import { editNft, NftRefusal } from '../../netfilter/nftables/index.js';
import { refuse, withNetns, type Change } from '../change.js';

/** Options that change how nft prints, not what it does; those with a value, or that read a file, are none of them. */
const QUIET = /^(?:-[aenNsSujty]+|--(?:handle|echo|numeric|stateless|service|guid|json|terse))$/;

const NOTHING: NftRuleset = { tables: [], incomplete: true, file: '--what-if' };

/** Tables that iptables' own listing shows: what a rule of them asks is read there, and changed there. */
function ofIptables(netns: Netns, { family, name }: NftTable): boolean {
  const packets = family === 'ip' ? 4 : family === 'ip6' ? 6 : undefined;
  return netns.rulesets.some(
    (set) => set.family === packets && set.backend !== 'legacy' && [...set.tables.keys()].some((table) => table === name),
  );
}

/**
 * `nft add rule …`: what the kernel would hold after it.
 * @throws WhatIfError where nft or the kernel would refuse it.
 */
export function applyNft(host: Host, change: Change): Host {
  const [, ...all] = change.words;
  const first = all.findIndex((word) => !QUIET.test(word));
  const words = first < 0 ? [] : all.slice(first);
  if (words[0]?.startsWith('-') === true)
    refuse(change, `${words[0]} is not read here: write the commands themselves, or give the listing after them to diff`);
  return withNetns(host, change.netns, (netns) => {
    const before = netns.nftables ?? NOTHING;
    const nftables = edited(before, change, words.join(' '));
    const known = new Map(before.tables.map((table) => [`${table.family} ${table.name}`, table]));
    const touched = nftables.tables.find((table) => {
      const old = known.get(`${table.family} ${table.name}`);
      return ofIptables(netns, table) && (old === undefined || !sameRules(old, table));
    });
    const lost = before.tables.find(
      (table) => ofIptables(netns, table) && !nftables.tables.some((one) => one.family === table.family && one.name === table.name),
    );
    const theirs = touched ?? lost;
    if (theirs !== undefined)
      refuse(
        change,
        `table ${theirs.family} ${theirs.name} is iptables': write the change as ${theirs.family === 'ip' ? 'iptables' : 'ip6tables'} would`,
      );
    return { ...netns, nftables };
  });
}

function edited(before: NftRuleset, change: Change, text: string): NftRuleset {
  try {
    return editNft(before, text, change.origin);
  } catch (error) {
    if (error instanceof NftRefusal) return refuse(change, error.message);
    throw error;
  }
}

/** Whether no command has touched a table: its rules are the same objects. */
function sameRules(a: NftTable, b: NftTable): boolean {
  if (a.chains.size !== b.chains.size) return false;
  return [...a.chains].every(([name, { rules, base }]) => {
    const other = b.chains.get(name);
    return other?.base === base && other?.rules.length === rules.length && rules.every((rule, i) => rule === other.rules[i]);
  });
}
