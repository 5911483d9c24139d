import type { Ip } from '../../address/ip.js';
import { groupBy } from '../../datapath/lists-by-key.js';
import type { Machine } from '../../datapath/index.js';
import type { Device } from '../../datapath/machine.js';
import type { NetnsState } from '../../datapath/netns-state.js';
import type { FdbEntry, Neighbour } from '../../model/link.js';

const DEVICE = / --physdev-(?:in|out) (\S+)/g;
const MAC = / --mac-source (\S+)/g;

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
    const chains = netns.rulesets.flatMap((set) => [...set.tables.values()]).flatMap((table) => [...table.chains.values()]);
    for (const { rules } of chains) {
      for (const { text } of rules) {
        if (text.includes(' --physdev-')) for (const [, pattern = ''] of text.matchAll(DEVICE)) this.patterns.add(pattern);
        if (text.includes(' --mac-source ')) for (const [, mac = ''] of text.matchAll(MAC)) this.macs.add(mac.toLowerCase());
      }
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
