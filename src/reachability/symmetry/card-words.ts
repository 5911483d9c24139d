import type { Ip } from '../../address/ip.js';
import { groupBy, type Machine, type Device, type NetnsState } from '../../datapath/index.js';
import { type RuleFacts, leavesOf } from '../../netfilter/index.js';
import { factsIn } from '../../netfilter/iptables/index.js';
import type { FdbEntry, Neighbour } from '../../model/link.js';

/** The six bytes of a link-layer address as `ip` writes them. */
function macText(value: number): string {
  return value.toString(16).padStart(12, '0').replace(/..\B/g, '$&:');
}

const FIXED: ReadonlySet<string> = new Set(['permanent', 'static']);

const hasName = (pattern: string, name: string): boolean =>
  pattern.endsWith('+') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/**
 * What a snapshot says of single cards besides their IP addresses: rules and sets that name a MAC address or the host's end
 * of a veth pair, fixed neighbours, and entries of a bridge's forwarding database.
 */
export class CardWords {
  private readonly macs = new Set<string>();
  private readonly patterns = new Set<string>();
  /** Of each MAC address, who has it. */
  private readonly owners: ReadonlyMap<string, readonly string[]>;
  private readonly neighbours: ReadonlyMap<Ip, readonly (Neighbour & { readonly at: NetnsState })[]>;
  private readonly entries: ReadonlyMap<string, readonly (FdbEntry & { readonly at: NetnsState })[]>;

  constructor(machine: Machine) {
    const spaces = [...machine.namespaces.values()];
    for (const ns of spaces) {
      this.readRules(ns);
      this.readSets(ns);
    }
    const cards = spaces.flatMap((ns) =>
      [...ns.interfaces.values()].map(({ mac, name }) => ({ mac: mac ?? '', owner: `${ns.name} ${name}` })),
    );
    this.owners = new Map([...groupBy(cards, ({ mac }) => mac)].map(([mac, of]) => [mac, of.map(({ owner }) => owner)]));
    this.neighbours = groupBy(
      spaces.flatMap((at) => at.netns.neighbours.filter((n) => n.state === 'PERMANENT').map((n) => ({ ...n, at }))),
      ({ ip }) => ip,
    );
    this.entries = groupBy(
      spaces.flatMap((at) => at.netns.fdb.filter((e) => e.master !== undefined).map((e) => ({ ...e, at }))),
      ({ mac }) => mac,
    );
  }

  private readRules({ netns }: NetnsState): void {
    for (const { family, tables } of netns.rulesets)
      for (const table of tables.values()) {
        const facts = factsIn(table, family);
        for (const { rules } of table.chains.values()) for (const rule of rules) this.readRule(facts.of(rule));
      }
  }

  private readRule({ predicate }: RuleFacts): void {
    if (predicate === undefined) return;
    for (const one of leavesOf(predicate)) {
      if (one.op === 'iface' && (one.which === 'physin' || one.which === 'physout'))
        this.patterns.add(`${one.name}${one.prefix ? '+' : ''}`);
      // `!` makes ranges of all the others
      if (one.op === 'in' && one.field === 'srcMac')
        for (const [lo, hi] of one.ranges)
          for (const mac of [Number(lo) - 1, Number(lo), Number(hi), Number(hi) + 1]) this.macs.add(macText(mac));
    }
  }

  private readSets(ns: NetnsState): void {
    for (const name of ns.netns.ipsets.keys()) {
      const set = ns.ipset(name);
      for (const { parts } of set?.kind === 'elements' ? set.elements : []) {
        for (const part of parts) {
          if (part.kind === 'mac') this.macs.add(part.mac);
          if (part.kind === 'iface') this.patterns.add(`${part.name}${part.wildcard ? '+' : ''}`);
        }
      }
    }
  }

  /**
   * @param ns whose card it is.
   * @param peer the other end of its veth pair.
   * @returns words that are the same for two cards where nothing of this tells them apart.
   */
  of(ns: NetnsState, { mac, name, addresses }: Device['iface'], peer: Device): readonly string[] {
    if (mac === undefined) return ['no mac'];
    const words: string[] = [];
    if (this.macs.has(mac)) words.push(`mac ${mac}`);
    for (const pattern of this.patterns) if (hasName(pattern, peer.iface.name)) words.push(`device ${pattern}`);
    if ((this.owners.get(mac) ?? []).some((owner) => owner !== `${ns.name} ${name}`)) words.push(`twice ${mac}`);
    for (const { ip } of addresses)
      for (const { at, dev, mac: told = '' } of this.neighbours.get(ip) ?? [])
        if (at !== ns) words.push(`neighbour in ${at.name} ${dev} ${told === mac ? 'OWN' : told}`);
    const learning = peer.ns.ports.get(peer.iface.name)?.learning === true;
    for (const { at, dev, master = '', state } of this.entries.get(mac) ?? [])
      // what a bridge learned counts less than where the card is
      if (FIXED.has(state) || !learning) words.push(`entry in ${at.name} ${master} ${state} ${dev === peer.iface.name ? 'OWN' : dev}`);
    return words;
  }
}
