import { familyOf, addressBits, type Family, type Ip } from '../../address/ip.js';
import { type Machine, addTo, type NetnsState } from '../../datapath/index.js';
import type { RuleFacts } from '../../netfilter/index.js';
import { factsIn } from '../../netfilter/iptables/index.js';
import { type Range, PORT_MAX } from '../../address/ranges.js';
import type { Rule, RuleHead, Table, TableName } from '../../model/netfilter.js';
import { Partition } from '../classes/partition.js';
import { portUse } from '../classes/rule-ports.js';
import { partitionPorts } from '../classes/table-ports.js';

/** What a rule singles out: an address of a container, or a port. Rules of one kind never take the same packet for two values. */
type Kind = 'dst' | 'dport' | 'src' | 'sport';

/** A rule that singles out an address of a container or a port. */
export interface SpecificRule {
  readonly rule: Rule;
  readonly head: RuleHead;
  readonly facts: RuleFacts;
  readonly namespace: string;
  readonly table: TableName;
  readonly chain: string;
  /** Namespace, family, table and chain. */
  readonly place: string;
  readonly kind: Kind;
  /** How many rules of other kinds stand before it in its chain: what that count does not tell cannot matter. */
  readonly gap: number;
  readonly position: number;
}

/** The one address a condition asks for, or undefined. */
export function single(condition: RuleHead['src']): Ip | undefined {
  if (condition === undefined || condition.negated) return undefined;
  const { addr, length } = condition.value;
  return length === addressBits(familyOf(addr)) ? addr : undefined;
}

/** The one port a condition asks for, or undefined. */
export function singlePort(condition: RuleHead['dport']): number | undefined {
  return condition === undefined || condition.negated || condition.value[0] !== condition.value[1] ? undefined : condition.value[0];
}

/** @returns the addresses of a namespace's interfaces, loopback left out. */
export function ownAddresses(ns: NetnsState): readonly Ip[] {
  return [...ns.interfaces.values()].flatMap((i) => (i.detail.kind === 'loopback' ? [] : i.addresses.map((a) => a.ip)));
}

/** The rules of a machine, filed by what they single out; what all the others ask of ports is one partition. */
export class SpecificRules {
  /** Rules that name an address of a container, by that address. */
  readonly byAddress = new Map<Ip, SpecificRule[]>();
  /** Other rules that name one port, by that port. */
  readonly byPort = new Map<number, SpecificRule[]>();
  /** How all other rules, and policy rules, part ports. */
  readonly ports: Partition;

  /** The addresses of containers. */
  readonly members: ReadonlySet<Ip>;

  constructor(machine: Machine) {
    this.members = new Set([...machine.namespaces.values()].flatMap((ns) => (ns.isHost ? [] : ownAddresses(ns))));
    const ranges: Range[] = [];
    for (const ns of machine.namespaces.values()) {
      for (const rule of ns.netns.rules) for (const range of [rule.sport, rule.dport]) if (range !== undefined) ranges.push(range);
      for (const { family, tables } of ns.netns.rulesets) for (const table of tables.values()) this.readTable(ns, family, table, ranges);
    }
    this.ports = partitionPorts(ranges) ?? new Partition([0, PORT_MAX], []);
  }

  private kindOf(head: RuleHead): Kind | undefined {
    const [src, dst] = [single(head.src), single(head.dst)];
    if (dst !== undefined && this.members.has(dst)) return 'dst';
    if (singlePort(head.dport) !== undefined) return 'dport';
    if (src !== undefined && this.members.has(src)) return 'src';
    return singlePort(head.sport) === undefined ? undefined : 'sport';
  }

  private readTable(ns: NetnsState, family: Family, table: Table, ranges: Range[]): void {
    const facts = factsIn(table, family);
    for (const chain of table.chains.values()) {
      const place = `${ns.name} ${family} ${table.name} ${chain.name}`;
      const at = { namespace: ns.name, table: table.name, chain: chain.name, place };
      const before: Record<Kind | 'none', number> = { dst: 0, dport: 0, src: 0, sport: 0, none: 0 };
      chain.rules.forEach((rule, position) => {
        const { head } = rule;
        const kind = head === undefined ? undefined : this.kindOf(head);
        const told = facts.of(rule);
        const use = portUse(rule, told, ns);
        // what is filed under its port counts only where that port comes up
        for (const range of [...(use?.sport ?? []), ...(use?.dport ?? [])])
          if (kind === undefined || range[0] !== range[1] || kind === 'src' || kind === 'dst') this.addRange(range, head, ranges);
        if (kind !== undefined) this.file({ rule, head: head!, facts: told, ...at, kind, gap: position - before[kind], position });
        before[kind ?? 'none']++;
      });
    }
  }

  /** The port of a rule that is filed under an address is compared one by one with the port asked for. */
  private addRange(range: Range, head: RuleHead | undefined, into: Range[]): void {
    const own =
      head !== undefined && [singlePort(head.dport), singlePort(head.sport)].some((port) => port === range[0]) && range[0] === range[1];
    if (!own) into.push(range);
  }

  private file(specific: SpecificRule): void {
    const { head } = specific;
    const named = new Set([single(head.src), single(head.dst)].filter((ip): ip is Ip => ip !== undefined && this.members.has(ip)));
    for (const ip of named) addTo(this.byAddress, ip, specific);
    if (named.size > 0) return;
    for (const port of new Set([singlePort(head.dport), singlePort(head.sport)]))
      if (port !== undefined) addTo(this.byPort, port, specific);
  }
}
