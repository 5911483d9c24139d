import { familyOf, lastOf, parseIp, parsePrefix, type Family, type Ip } from '../../address/ip.js';
import type { Table } from '../../model/netfilter.js';
import type { Condition } from './partition.js';

const TARGET = / --to(?:-source|-destination)? \[?([0-9a-f.:]+(?:\/\d+)?)(?:-([0-9a-f.:]+))?/;

/** `10.0.0.5:80` without its port. */
const bare = (text: string): string => (text.includes('.') ? (text.split(':', 1)[0] ?? '') : text);

function targetOf(text: string): readonly [Ip, Ip] | undefined {
  const [, first = '', last = ''] = TARGET.exec(text) ?? [];
  const prefix = first.includes('/') ? parsePrefix(first) : undefined;
  if (prefix !== undefined) return [prefix.addr, lastOf(prefix)];
  const from = parseIp(bare(first));
  if (from === undefined) return undefined;
  const to = parseIp(bare(last)) ?? from;
  return familyOf(to) === familyOf(from) && to >= from ? [from, to] : [from, from];
}

/** @returns the addresses that rules translate to: a connection that has one already counts as not translated (nf_nat_setup_info). */
export function* targetConditions(nat: Table | undefined, family: Family): Generator<Condition> {
  for (const chain of nat?.chains.values() ?? []) {
    for (const { text } of chain.rules) {
      const range = text.includes(' --to') ? targetOf(text) : undefined;
      if (range !== undefined && familyOf(range[0]) === family) yield [range];
    }
  }
}
