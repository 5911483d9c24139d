import { familyOf, formatIp, type Family, type Ip } from '../../address/ip.js';
import type { Machine, Device, NetnsState } from '../../datapath/index.js';
import type { Rule, RuleHead } from '../../model/netfilter.js';
import { CLIENT_PORTS } from './client-ports.js';
import { CardWords } from './card-words.js';
import type { MetByAnswers } from './met-by-answers.js';
import type { Partition } from '../classes/partition.js';
import { replaceAddress } from './names.js';
import { ruleKey } from './rule-key.js';
import { ownAddresses, single, type SpecificRule, type SpecificRules } from './specific-rules.js';

const SETTINGS = /rp_filter|forwarding|ip_forward|arp_|accept_local|route_localnet|src_valid|fwmark|nonlocal|bridge-nf|linkdown|icmp/;

/** Whether a rule wants packets to a port that clients do not use. */
function isForServers({ dport }: RuleHead): boolean {
  return dport !== undefined && !dport.negated && !CLIENT_PORTS.some((port) => port >= dport.value[0] && port <= dport.value[1]);
}

/** What the host's rules say of single addresses, with the address itself left out: alike for containers set up alike. */
class Mentions {
  constructor(
    private readonly rules: SpecificRules,
    private readonly others: Readonly<Record<Family, Partition>>,
    private readonly metByAnswers: MetByAnswers,
  ) {}

  /**
   * Whether a rule that names a container's address can concern packets that the container sends, or their answers. It
   * cannot where it wants packets from the container to itself, or to a port of it and stands where no answers come.
   */
  private concernsSender(rule: SpecificRule, ip: Ip): boolean {
    const [src, dst] = [single(rule.head.src), single(rule.head.dst)];
    if (src !== undefined && src === dst) return false;
    return dst === undefined || !isForServers(rule.head) || this.metByAnswers.of(rule, ip);
  }

  /** A rule in words; where it stands among rules that may take the same packets. */
  private word(specific: SpecificRule, ip: Ip): string {
    const { place, kind, gap, position, head } = specific;
    const apart = kind === 'src' || (kind === 'dst' && single(head.src) === undefined);
    return `${place} ${apart ? gap : position} ${ruleKey(specific, { ip })}`;
  }

  of(ip: Ip): string {
    const block = this.others[familyOf(ip)].blockOf(ip);
    const rules = (this.rules.byAddress.get(ip) ?? []).filter((rule) => this.concernsSender(rule, ip));
    return `${rules.map((rule) => this.word(rule, ip)).join('\n')}\n${String(block[0]![0])} ${block.length}`;
  }
}

/** Where an interface is plugged in, or undefined where that is told apart from all others. */
function plug(peer: Device): string | undefined {
  const port = peer.ns.ports.get(peer.iface.name);
  if (port === undefined) return undefined;
  const vlans = peer.ns.netns.vlans.filter((v) => v.iface === port.iface).map((v) => `${v.vid} ${v.pvid} ${v.untagged}`);
  const { bridge, state, hairpin, isolated, learning, flood } = port;
  return [
    peer.ns.name,
    bridge,
    state,
    hairpin,
    isolated,
    learning,
    flood,
    peer.iface.up,
    peer.iface.carrier,
    peer.iface.group,
    ...vlans,
  ].join(' ');
}

/** Native rules may name any container; what they say of each is not told apart here, so nobody stands for anybody. */
export function hasNatives(machine: Machine): boolean {
  return [...machine.namespaces.values()].some(({ natives }) => natives.has(4) || natives.has(6));
}

/** 127.0.0.11: Docker's resolver. */
const RESOLVER = 0x7f00000b;

/** Whether a rule only concerns Docker's resolver. */
const isResolvers = ({ head }: Rule): boolean => single(head?.src) === RESOLVER || single(head?.dst) === RESOLVER;

function shape(machine: Machine, ns: NetnsState, cards: CardWords, holders: ReadonlyMap<Ip, number>): string | undefined {
  const { netns } = ns;
  const own = ownAddresses(ns).map(formatIp);
  const hide = (text: string): string => own.reduce((sofar, ip, i) => replaceAddress(sofar, ip, `SELF${i}`), text);
  const words: string[] = [];
  for (const iface of ns.interfaces.values()) {
    if (iface.detail.kind === 'loopback') continue;
    const peer = machine.peer(ns, iface.name);
    const at = peer && plug(peer);
    // who answers for an address that two have is told apart by more
    if (at === undefined || peer === undefined || iface.addresses.some(({ ip }) => holders.get(ip) !== 1)) return undefined;
    words.push(
      ...cards.of(ns, iface, peer),
      `${iface.name} ${iface.detail.kind} ${iface.flags.includes('NOARP')} ${iface.up} ${iface.carrier} ${iface.group ?? ''} ${at} ${iface.addresses.map((a) => `${typeof a.ip} ${a.prefixLength} ${a.scope} ${a.flags.join()}`).join(';')}`,
    );
  }
  if (hasNatives(machine)) return undefined;
  const rules = netns.rulesets.flatMap((set) => [...set.tables.values()].flatMap((t) => [...t.chains.values()]));
  if (rules.some((chain) => chain.policy === 'DROP' || chain.rules.some((rule) => !isResolvers(rule)))) return undefined;
  words.push(String(ns.tracksConnections(4)), String(ns.tracksConnections(6)), [...netns.sources.keys()].join());
  words.push(...netns.routes.map((r) => hide(r.text)).sort(), ...netns.rules.map((r) => hide(r.text)));
  for (const [name, { value }] of netns.sysctl) if (SETTINGS.test(name)) words.push(`${name}=${value}`);
  for (const n of netns.neighbours) if (n.state === 'PERMANENT') words.push(hide(`${n.dev} ${formatIp(n.ip)} ${n.mac ?? ''}`));
  return words.join('\n');
}

/**
 * Puts containers together that differ, as senders, in nothing but their own addresses: plugged into the same bridges
 * alike, routed alike, and named by the host's rules alike. What one sends to a third party fares as what another sends;
 * what concerns a member itself must still be asked for each.
 * @param others how everything but the rules that name single containers parts addresses.
 * @returns for each namespace the name of its group.
 */
export function sourceGroups(
  machine: Machine,
  rules: SpecificRules,
  others: Readonly<Record<Family, Partition>>,
  metByAnswers: MetByAnswers,
): ReadonlyMap<string, string> {
  const spaces = [...machine.namespaces.values()].filter((ns) => !ns.isHost);
  const mentions = new Mentions(rules, others, metByAnswers);
  const cards = new CardWords(machine);
  const holders = new Map<Ip, number>();
  for (const ip of [...machine.namespaces.values()].flatMap(ownAddresses)) holders.set(ip, (holders.get(ip) ?? 0) + 1);
  const groups = new Map<string, string>();
  const names = new Map<string, string>();
  for (const ns of spaces) {
    const form = shape(machine, ns, cards, holders);
    const key =
      form === undefined
        ? ns.name
        : `${form}\n${ownAddresses(ns)
            .map((ip) => mentions.of(ip))
            .join('\n')}`;
    const name = names.get(key) ?? ns.name;
    names.set(key, name);
    groups.set(ns.name, name);
  }
  return groups;
}
