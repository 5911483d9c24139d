import { append } from '../../address/append.js';
import { type Family, type Ip, familyOf, formatIp, parseIp } from '../../address/ip.js';
import { type Machine, openerOf, proxyTarget } from '../../datapath/index.js';
import type { ListeningSocket } from '../../model/host.js';
import type { FlowProto } from '../../model/trace.js';
import { mayName } from '../../netfilter/iptables/index.js';
import type { Partition } from '../classes/partition.js';
import { CLIENT_PORTS } from './client-ports.js';
import type { Binding, BindingGround } from './binding.js';
import { dnatTarget } from './dnat-target.js';
import { MetByAnswers } from './met-by-answers.js';
import { partitionBesides } from './partition-besides.js';
import { ruleKey } from './rule-key.js';
import { SingledOut } from './singled-out.js';
import { hasNatives, sourceGroups } from './source-groups.js';
import { type SpecificRule, SpecificRules, single, singlePort } from './specific-rules.js';

/** What tells a destination from others, names apart: two with one key are treated alike. */
export interface DestinationClass {
  readonly key: number;
  readonly bindings: readonly Binding[];
  /** Whether nothing singles the port out: it stands for all such ports. */
  readonly wide: boolean;
}

const DEEPEST = 4;

/** Whether a rule can take a packet to a port of an address, or its answer. */
function concerns({ head, table }: SpecificRule, ip: Ip, proto: number, port: number): boolean {
  if (head.proto !== undefined && !head.proto.negated && head.proto.value !== proto) return false;
  const [src, dst] = [single(head.src), single(head.dst)];
  const [sport, dport] = [singlePort(head.sport), singlePort(head.dport)];
  const there = (dst === undefined || dst === ip) && (dport === undefined || dport === port);
  const back = (src === undefined || src === ip) && (sport === undefined || sport === port);
  // an answer may go to any port, but no answer is translated by a rule
  const usual = dport === undefined || CLIENT_PORTS.includes(dport) || (src === ip && table !== 'nat');
  const own = src === ip || dst === ip;
  return there || (back && usual && (own || sport === port));
}

interface PortRules {
  readonly key: number;
  readonly grounds: readonly BindingGround[];
  readonly others: readonly SpecificRule[];
}

/** Whether a rule may look at who opened the socket that sends. */
function looksAtOwner({ namespaces }: Machine): boolean {
  const tables = [...namespaces.values()].flatMap(({ netns }) => netns.rulesets.flatMap((set) => [...set.tables.values()]));
  return tables.some(({ chains }) => [...chains.values()].some(({ rules }) => rules.some((rule) => mayName(rule, /owner/))));
}

/**
 * Finds destinations that differ in nothing but names: hosts with many containers set up alike are asked about one of each
 * kind. Rules that single out an address or a port are compared one by one; all others must not tell the two apart.
 */
export class DestinationClasses {
  readonly groups: ReadonlyMap<string, string>;
  readonly rules: SpecificRules;
  private readonly others: Readonly<Record<Family, Partition>>;
  /** By address, protocol and port. */
  private readonly known = new Map<string, Map<FlowProto, Map<number, DestinationClass | undefined>>>();
  private readonly places = new Map<string, { readonly key: number | undefined; readonly bindings: readonly Binding[] }>();
  private readonly ids = new Map<string, number>();
  private readonly onPort = new Map<string, PortRules>();
  readonly singledOut: SingledOut;
  readonly metByAnswers: MetByAnswers;

  /** Native rules are not told apart by what they name, so nothing is like anything else. */
  private readonly native: boolean;
  /** Whether a rule looks at who opened the socket that sends. */
  private readonly asksOwner: boolean;

  constructor(private readonly machine: Machine) {
    this.rules = new SpecificRules(machine);
    this.singledOut = new SingledOut(machine, this.rules);
    this.others = { 4: partitionBesides(machine, this.rules.members, 4), 6: partitionBesides(machine, this.rules.members, 6) };
    this.metByAnswers = new MetByAnswers(machine);
    this.groups = sourceGroups(machine, this.rules, this.others, this.metByAnswers);
    this.native = hasNatives(machine);
    this.asksOwner = looksAtOwner(machine);
  }

  private id(text: string): number {
    let id = this.ids.get(text);
    if (id === undefined) this.ids.set(text, (id = this.ids.size));
    return id;
  }

  /** A rule in words, with what is the destination's own left out; where it sends packets on, that destination is described too. */
  private ruleWord(specific: SpecificRule, ip: Ip, proto: FlowProto, port: number, into: Binding[], depth: number): string | undefined {
    const { place, gap, kind } = specific;
    const to = dnatTarget(specific.facts);
    let target: string | undefined;
    if (to !== undefined && this.machine.ownerOf(to.ip) !== undefined) {
      const next = this.describe(to.ip, proto, to.port ?? port, into, depth + 1);
      if (next === undefined) return undefined;
      target = `<${next}${to.port === undefined ? '' : ' by port'}>`;
    }
    return `${place} ${kind} ${gap} ${ruleKey(specific, { ip, port, ...(target !== undefined && { target }) })}`;
  }

  private socketWord(socket: ListeningSocket, ip: Ip, proto: FlowProto, into: Binding[], depth: number): string | undefined {
    const at = socket.ip === undefined ? '*' : socket.ip === ip ? 'IP' : formatIp(socket.ip);
    const target = proxyTarget(this.machine, socket);
    const opener = this.asksOwner ? (openerOf(this.machine, socket).uids?.join() ?? '') : '';
    const head = `${at} ${socket.family} ${socket.dualStack} ${socket.dev ?? ''} ${socket.process ?? ''} ${opener}`;
    if (target === undefined || target === 'unknown') return `${head} ${target ?? ''}`;
    const next = this.describe(target.ip, proto, target.port, into, depth + 1);
    return next === undefined ? undefined : `${head} ${target.inferred ?? ''} → ${next}`;
  }

  /** Rules on a port, whatever the address: those that only judge are one word, those that send on or want an address are apart. */
  private plainOnPort(port: number, proto: FlowProto): PortRules {
    const name = `${port} ${proto}`;
    const known = this.onPort.get(name);
    if (known !== undefined) return known;
    const number = proto === 'tcp' ? 6 : 17;
    const own = (this.rules.byPort.get(port) ?? []).filter(
      ({ head }) => head.proto === undefined || head.proto.negated || head.proto.value === number,
    );
    const isPlain = ({ head, facts }: SpecificRule): boolean => head.dst === undefined && facts.translates.length === 0;
    const plain = own.filter(isPlain);
    const text = plain.map((one) => this.plainWord(one, port)).join('\n');
    const made = {
      key: this.id(text),
      grounds: plain.map(({ rule }) => ({ origin: rule.origin, text: rule.text })),
      others: own.filter((one) => !isPlain(one)),
    };
    this.onPort.set(name, made);
    return made;
  }

  private plainWord(specific: SpecificRule, port: number): string {
    const { place, gap, kind } = specific;
    return `${place} ${kind} ${gap} ${ruleKey(specific, { port })}`;
  }

  /** Adds what tells one place from others. @returns its number, or undefined where it is told from all. */
  private describe(ip: Ip, proto: FlowProto, port: number, into: Binding[], depth: number): number | undefined {
    const name = `${formatIp(ip)} ${proto} ${port}`;
    let known = this.places.get(name);
    if (known === undefined) {
      const bindings: Binding[] = [];
      const key = this.describeAnew(ip, proto, port, bindings, depth);
      known = { key, bindings };
      // what was too deep from here may not be from elsewhere
      if (key !== undefined) this.places.set(name, known);
    }
    append(into, known.bindings);
    return known.key;
  }

  private describeAnew(ip: Ip, proto: FlowProto, port: number, into: Binding[], depth: number): number | undefined {
    const owner = this.machine.ownerOf(ip);
    if (owner === undefined || depth > DEEPEST) return undefined;
    const member = !owner.isHost;
    const origins: BindingGround[] = [];
    const onPort = this.plainOnPort(port, proto);
    into.push({ ip: formatIp(ip), port, netns: owner.name, origins, shared: onPort.grounds });
    const number = proto === 'tcp' ? 6 : 17;
    const block = this.others[familyOf(ip)].blockOf(ip);
    const words = [
      `${proto} ${member ? (this.groups.get(owner.name) ?? owner.name) : `host ${formatIp(ip)}`}`,
      `${String(block[0]?.[0])} ${block.length} ${String(this.rules.ports.blockOf(port)[0]?.[0])}`,
    ];
    words.push(String(onPort.key));
    for (const specific of [...(this.rules.byAddress.get(ip) ?? []), ...onPort.others]) {
      if (!concerns(specific, ip, number, port)) continue;
      const word = this.ruleWord(specific, ip, proto, port, into, depth);
      if (word === undefined) return undefined;
      words.push(word);
      origins.push({ origin: specific.rule.origin, text: specific.rule.text });
    }
    for (const socket of owner.sockets.onPort(proto, port)) {
      const word = this.socketWord(socket, ip, proto, into, depth);
      if (word === undefined) return undefined;
      words.push(word);
      origins.push({ origin: socket.origin });
    }
    return this.id(words.join('\n'));
  }

  /** @returns what tells a destination from others; undefined where nothing is like it. */
  of(to: string, proto: FlowProto, port: number): DestinationClass | undefined {
    const ports = this.portsKnown(to, proto);
    if (ports.has(port)) return ports.get(port);
    const found = this.anew(to, proto, port);
    ports.set(port, found);
    return found;
  }

  private portsKnown(to: string, proto: FlowProto): Map<number, DestinationClass | undefined> {
    let protos = this.known.get(to);
    if (protos === undefined) this.known.set(to, (protos = new Map<FlowProto, Map<number, DestinationClass | undefined>>()));
    let ports = protos.get(proto);
    if (ports === undefined) protos.set(proto, (ports = new Map<number, DestinationClass | undefined>()));
    return ports;
  }

  private anew(to: string, proto: FlowProto, port: number): DestinationClass | undefined {
    const ip = parseIp(to);
    const owner = ip === undefined ? undefined : this.machine.ownerOf(ip);
    if (ip === undefined || owner === undefined || proto === 'icmp' || this.native) return undefined;
    const wide = !this.singledOut.has(ip, proto, port, owner);
    const bindings: Binding[] = [];
    const key = this.describe(ip, proto, port, bindings, 0);
    if (key === undefined) return undefined;
    return { key: this.id(`${key} ${wide ? this.singledOut.portsOf(ip, proto, owner).join() : ''}`), bindings, wide };
  }
}
