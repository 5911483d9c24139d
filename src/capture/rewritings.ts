import { maskIp, type Family, type Ip } from '../address/ip.js';
import type { Netns } from '../model/host.js';
import type { NftFamily } from '../model/nftables/ruleset.js';
import { factsIn } from '../netfilter/iptables/index.js';
import { nativeRuleFacts } from '../netfilter/nftables/index.js';
import { conjuncts, type Field, type Predicate, type RuleFacts } from '../netfilter/index.js';

/** A rule that gives connections another destination: what it may lead to, and what was asked for; what is absent may be anything. */
export interface Rewriting {
  readonly family: Family;
  readonly proto?: number;
  /** Absent where it leads to the machine itself, or only to another port. */
  readonly to?: readonly [Ip, Ip];
  readonly toPorts?: readonly [number, number];
  readonly asked?: Ip;
  /** Set where only the network is rewritten (NETMAP): its mask; the rest of the address stays. */
  readonly mask?: Ip;
  readonly askedPort?: number;
}

/** @returns the rules of a namespace's nat tables that give connections another destination. */
export function rewritingsOf({ rulesets, nftables }: Netns): readonly Rewriting[] {
  const ofIptables = rulesets.flatMap(({ family, tables }) => {
    const nat = tables.get('nat');
    if (nat === undefined) return [];
    const facts = factsIn(nat, family);
    return [...nat.chains.values()].flatMap(({ rules }) =>
      rules.flatMap((rule) => rewritingsBy(facts.of(rule), facts.predicate(rule), [family])),
    );
  });
  const native = Array.from(nativeRuleFacts(nftables?.tables ?? []), ({ table, facts, predicate }) =>
    rewritingsBy(facts, predicate, familiesOf(table.family)),
  );
  return [...ofIptables, ...native.flat()];
}

/** Whose packets a table of nftables sees. */
function familiesOf(family: NftFamily): readonly Family[] {
  if (family === 'ip') return [4];
  return family === 'ip6' ? [6] : [4, 6];
}

function rewritingsBy({ translates }: RuleFacts, predicate: Predicate, families: readonly Family[]): readonly Rewriting[] {
  const led = translates.filter(({ manip }) => manip !== 'src');
  if (led.length === 0) return [];
  const asked = conjuncts(predicate);
  const proto = only(asked, 'proto');
  const dst = only(asked, 'dst');
  const dport = only(asked, 'dport');
  return led.flatMap(({ addresses, mask, ports }) =>
    families.map((family) => ({
      family,
      ...(addresses && { to: addresses }),
      ...(mask !== undefined && { mask }),
      ...(ports && { toPorts: ports }),
      ...(proto !== undefined && { proto: Number(proto) }),
      ...(dst !== undefined && { asked: dst }),
      ...(dport !== undefined && { askedPort: Number(dport) }),
    })),
  );
}

/** The first value that a rule asks for of a field, where it asks for one range. */
function only(conditions: readonly Predicate[], field: Field): Ip | undefined {
  for (const one of conditions) if (one.op === 'in' && one.field === field && one.ranges.length === 1) return one.ranges[0]![0];
  return undefined;
}

/** @returns what was asked for so that a rule led to `ip`; undefined where that may be anything. */
export function askedOf({ asked, mask }: Rewriting, ip: Ip): Ip | undefined {
  if (asked === undefined || mask === undefined) return asked;
  const kept = maskIp(ip, mask);
  if (typeof asked === 'bigint' || typeof ip === 'bigint' || typeof kept === 'bigint') return BigInt(asked) + (BigInt(ip) - BigInt(kept));
  return asked + (ip - kept);
}
