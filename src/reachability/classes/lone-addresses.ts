import { parseIp, type Family } from '../../address/ip.js';
import type { Machine } from '../../datapath/index.js';
import type { Rule } from '../../model/netfilter.js';
import { mapsWidely } from './mapped-addresses.js';

/** Matches on raw bytes: what they read may be an address. */
const BYTES = / -m (?:u32|string|bpf) /;
/** A NAT target with several addresses: a hash of the connection's own chooses one (find_best_ips_proto). */
const SEVERAL = / --to-(?:source|destination) (?:\d+\.\d+\.\d+\.\d+|\[?[0-9a-f]*:[0-9a-f:]*)-/;
const MASK = /\/((?:\d+\.){3}\d+|[0-9a-f]*:[0-9a-f:]*)(?= |$)/g;
/** A mask that leaves more bits open than these above the lowest one it asks for makes more ranges than are worked out. */
const MOST_HOLES = 12;

function scatters(mask: string): boolean {
  const ip = parseIp(mask);
  if (ip === undefined) return false;
  const bits = BigInt(ip)
    .toString(2)
    .padStart(typeof ip === 'number' ? 32 : 128, '0');
  const asked = bits.slice(0, bits.lastIndexOf('1') + 1);
  return [...asked].filter((bit) => bit === '0').length > MOST_HOLES;
}

const looksAtEach = (text: string): boolean =>
  BYTES.test(text) || SEVERAL.test(text) || [...text.matchAll(MASK)].some(([, mask = '']) => scatters(mask));

/** @returns the first rule of a host that treats addresses in ways that few ranges describe: raw bytes, a hash, masks with many holes. */
export function ruleOnEach(machine: Machine, family: Family): Rule | undefined {
  for (const { netns } of machine.namespaces.values())
    for (const set of netns.rulesets)
      if (set.family === family)
        for (const table of set.tables.values())
          for (const chain of table.chains.values()) {
            const found = chain.rules.find(({ text }) => looksAtEach(text));
            if (found !== undefined) return found;
          }
  return undefined;
}

/** Whether rules of a host tell single addresses apart: one of those above, or NETMAP of several prefixes onto one. */
export function tellsEachApart(machine: Machine, family: Family): boolean {
  return mapsWidely(machine, family) || ruleOnEach(machine, family) !== undefined;
}
