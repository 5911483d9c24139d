import { familyOf, formatIp, parseIp, type Family, type Ip } from '../address/ip.js';
import type { Machine } from '../datapath/index.js';
import { proxyTarget } from '../datapath/proxy.js';
import type { NetnsState } from '../datapath/netns-state.js';
import type { ListeningSocket } from '../model/host.js';
import type { RuleHead } from '../model/netfilter.js';
import type { Origin } from '../model/origin.js';
import type { FlowProto } from '../model/trace.js';
import { Partition } from './partition.js';
import { allAddresses } from './ranges.js';
import { sourceGroups } from './source-groups.js';
import { ownAddresses, single, singlePort, SpecificRules, type SpecificRule } from './specific-rules.js';
import { tableConditions } from './table-conditions.js';

/** One place on the way to a destination: what another destination that is like it calls otherwise. */
export interface Binding {
  readonly ip: string;
  readonly port: number;
  readonly netns: string;
  readonly origins: readonly Ground[];
  /** Rules on the port alone: the same for every address. */
  readonly shared: readonly Ground[];
}

/** A line of the snapshot that speaks of a place: a rule with its text, or a socket. */
export interface Ground {
  readonly origin: Origin;
  readonly text?: string;
}

/** What tells a destination from others, names apart: two with one key are treated alike. */
export interface Likeness {
  readonly key: number;
  readonly bindings: readonly Binding[];
  /** Whether nothing singles the port out: it stands for all such ports. */
  readonly wide: boolean;
}

const COMMENT = / -m comment --comment (?:"(?:[^"\\]|\\.)*"|\S+)/g;
const TRANSLATES = / --to-destination (\S+)/;
const DEEPEST = 4;
/** Ports that probes, and proxies for them, send from. */
const CLIENT_PORTS = [49152, 49153];

/** Whether a rule can take a packet to a port of an address, or its answer. */
function concerns({ head }: SpecificRule, ip: Ip, proto: number, port: number): boolean {
  if (head.proto !== undefined && !head.proto.negated && head.proto.value !== proto) return false;
  const [src, dst] = [single(head.src), single(head.dst)];
  const [sport, dport] = [singlePort(head.sport), singlePort(head.dport)];
  const there = (dst === undefined || dst === ip) && (dport === undefined || dport === port);
  const back =
    (src === undefined || src === ip) && (sport === undefined || sport === port) && (dport === undefined || CLIENT_PORTS.includes(dport));
  const own = src === ip || dst === ip;
  return there || (back && (own || sport === port));
}

function within(text: string): { readonly ip: Ip; readonly port?: number } | undefined {
  const [, v6, v4, port] = /^(?:\[([0-9a-f:]+)\]|([0-9.]+))(?::(\d+))?$/.exec(text) ?? [];
  const ip = parseIp(v6 ?? v4 ?? '');
  return ip === undefined ? undefined : { ip, ...(port !== undefined && { port: Number(port) }) };
}

interface PortRules {
  readonly key: number;
  readonly grounds: readonly Ground[];
  readonly others: readonly SpecificRule[];
}

/**
 * Finds destinations that differ in nothing but names: hosts with many containers set up alike are asked about one of each
 * kind. Rules that single out an address or a port are compared one by one; all others must not tell the two apart.
 */
export class Likenesses {
  readonly groups: ReadonlyMap<string, string>;
  private readonly rules: SpecificRules;
  private readonly others: Readonly<Record<Family, Partition>>;
  private readonly known = new Map<string, Likeness | undefined>();
  private readonly places = new Map<string, { readonly key: number | undefined; readonly bindings: readonly Binding[] }>();
  private readonly everyPort = new Map<string, string | undefined>();
  private readonly ids = new Map<string, number>();
  private readonly onPort = new Map<string, PortRules>();
  private readonly selecting = new Map<Ip, readonly SpecificRule[]>();
  private unheard: ReadonlySet<Ip> | undefined;
  private readonly listening = new Map<NetnsState, ReadonlyMap<string, readonly ListeningSocket[]>>();

  constructor(private readonly machine: Machine) {
    this.rules = new SpecificRules(machine);
    this.others = { 4: this.partition(4), 6: this.partition(6) };
    this.groups = sourceGroups(machine, this.rules, this.others);
  }

  /** How everything but rules on single containers parts addresses. */
  private partition(family: Family): Partition {
    const names = (condition: Parameters<typeof single>[0]): boolean => {
      const ip = single(condition);
      return ip !== undefined && this.rules.members.has(ip);
    };
    const conditions = [...this.machine.namespaces.values()].flatMap((ns) => [
      ...ns.netns.routes.flatMap((route) => [route.dst, route.src]).flatMap((net) => this.prefix(net, family)),
      ...ns.netns.rules.flatMap((rule) => [rule.from, rule.to]).flatMap((net) => this.prefix(net, family)),
      ...ns.netns.rulesets
        .filter((set) => set.family === family)
        .flatMap((set) =>
          [...set.tables.values()].flatMap((t) => [...tableConditions(ns, t, family, (head) => names(head.src) || names(head.dst))]),
        ),
    ]);
    return new Partition(allAddresses(family)[0]!, conditions);
  }

  private prefix(net: { readonly addr: Ip; readonly length: number } | undefined, family: Family): readonly (readonly [Ip, Ip][])[] {
    if (net === undefined || net.length <= 0 || familyOf(net.addr) !== family) return [];
    const bits = BigInt(family === 4 ? 32 - net.length : 128 - net.length);
    const last = BigInt(net.addr) + (1n << bits) - 1n;
    return [[[net.addr, family === 4 ? Number(last) : last]]];
  }

  private id(text: string): number {
    let id = this.ids.get(text);
    if (id === undefined) this.ids.set(text, (id = this.ids.size));
    return id;
  }

  private sockets(ns: NetnsState, proto: string, port: number): readonly ListeningSocket[] {
    let known = this.listening.get(ns);
    if (known === undefined) {
      const made = new Map<string, ListeningSocket[]>();
      for (const socket of ns.netns.sockets) {
        const key = `${socket.proto} ${socket.port}`;
        const list = made.get(key);
        if (list === undefined) made.set(key, [socket]);
        else list.push(socket);
      }
      this.listening.set(ns, (known = made));
    }
    return known.get(`${proto} ${port}`) ?? [];
  }

  /** A rule in words, with what is the destination's own left out; where it sends packets on, that destination is described too. */
  private ruleWord(specific: SpecificRule, ip: Ip, proto: FlowProto, port: number, into: Binding[], depth: number): string | undefined {
    const { rule, place, gap, kind } = specific;
    const text = rule.text.replace(COMMENT, '');
    const to = TRANSLATES.exec(text)?.[1];
    const target = to === undefined ? undefined : within(to);
    let said = text
      .replaceAll(`${formatIp(ip)}/`, 'IP/')
      .replace(`--dport ${port} `, '--dport PORT ')
      .replace(`--sport ${port} `, '--sport PORT ');
    if (to !== undefined && target !== undefined && this.machine.ownerOf(target.ip) !== undefined) {
      const next = this.describe(target.ip, proto, target.port ?? port, into, depth + 1);
      if (next === undefined) return undefined;
      said = said.replace(to, `<${next}${target.port === undefined ? '' : ' by port'}>`);
    }
    return `${place} ${kind} ${gap} ${said}`;
  }

  private socketWord(socket: ListeningSocket, ip: Ip, proto: FlowProto, into: Binding[], depth: number): string | undefined {
    const at = socket.ip === undefined ? '*' : socket.ip === ip ? 'IP' : formatIp(socket.ip);
    const target = proxyTarget(this.machine, socket);
    const head = `${at} ${socket.family} ${socket.dualStack} ${socket.dev ?? ''} ${socket.process ?? ''}`;
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
    const isPlain = ({ head, rule }: SpecificRule): boolean => head.dst === undefined && !rule.text.includes(' --to-');
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

  private plainWord({ rule, place, gap, kind }: SpecificRule, port: number): string {
    return `${place} ${kind} ${gap} ${rule.text.replace(COMMENT, '').replace(`--dport ${port} `, '--dport PORT ').replace(`--sport ${port} `, '--sport PORT ')}`;
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
    into.push(...known.bindings);
    return known.key;
  }

  private describeAnew(ip: Ip, proto: FlowProto, port: number, into: Binding[], depth: number): number | undefined {
    const owner = this.machine.ownerOf(ip);
    if (owner === undefined || depth > DEEPEST) return undefined;
    const member = owner !== this.machine.root;
    const origins: Ground[] = [];
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
    for (const socket of this.sockets(owner, proto, port)) {
      const word = this.socketWord(socket, ip, proto, into, depth);
      if (word === undefined) return undefined;
      words.push(word);
      origins.push({ origin: socket.origin });
    }
    return this.id(words.join('\n'));
  }

  /** Whether a rule or a listener singles out a port of an address. */
  private singledOut(ip: Ip, proto: FlowProto, port: number, owner: NetnsState): boolean {
    return this.rules.byPort.has(port) || this.sockets(owner, proto, port).length > 0 || this.namesPort(ip, port);
  }

  private namesPort(ip: Ip, port: number): boolean {
    return (this.rules.byAddress.get(ip) ?? []).some(({ head }) => singlePort(head.dport) === port || singlePort(head.sport) === port);
  }

  /** All that singles out ports of an address: what its other ports are told from. */
  private portsOf(ip: Ip, proto: FlowProto, owner: NetnsState): string {
    const named = (this.rules.byAddress.get(ip) ?? []).flatMap(({ head }) => [singlePort(head.dport), singlePort(head.sport)]);
    const heard = owner.netns.sockets.filter((s) => s.proto === proto).map((s) => s.port);
    return [...new Set([...named, ...heard])].join();
  }

  /** Addresses that rules send packets to on ports that nobody listens on there. */
  private unheardTargets(): ReadonlySet<Ip> {
    if (this.unheard !== undefined) return this.unheard;
    const found = new Set<Ip>();
    for (const specific of [...this.rules.byPort.values()].flat()) {
      const target = within(TRANSLATES.exec(specific.rule.text)?.[1] ?? '');
      const owner = target === undefined ? undefined : this.machine.ownerOf(target.ip);
      if (target === undefined || owner === undefined) continue;
      const heard =
        target.port !== undefined && (['tcp', 'udp'] as const).some((proto) => this.sockets(owner, proto, target.port!).length > 0);
      if (!heard) found.add(target.ip);
    }
    return (this.unheard = found);
  }

  /** @returns what tells all ports of an address from those of another; undefined where nothing is like them. */
  allPorts(to: string, proto: FlowProto): string | undefined {
    const name = `${to} ${proto}`;
    if (!this.everyPort.has(name)) this.everyPort.set(name, this.allPortsAnew(to, proto));
    return this.everyPort.get(name);
  }

  private allPortsAnew(to: string, proto: FlowProto): string | undefined {
    const ip = parseIp(to);
    const owner = ip === undefined ? undefined : this.machine.ownerOf(ip);
    if (ip === undefined || owner === undefined || owner === this.machine.root || this.unheardTargets().has(ip)) return undefined;
    const ports = this.portsOf(ip, proto, owner)
      .split(',')
      .map(Number)
      .filter((port) => port > 0);
    const keys = ports.map((port) => this.of(to, proto, port)?.key);
    const free = [...Array.from({ length: 64 }, (_, i) => 60_001 + i)].find((port) => !this.singledOut(ip, proto, port, owner));
    const rest = free === undefined ? undefined : this.of(to, proto, free)?.key;
    return rest === undefined || keys.includes(undefined) ? undefined : `${keys.join()} ${rest}`;
  }

  /** @returns what tells a destination from others; undefined where nothing is like it. */
  of(to: string, proto: FlowProto, port: number): Likeness | undefined {
    const name = `${to} ${proto} ${port}`;
    if (this.known.has(name)) return this.known.get(name);
    const ip = parseIp(to);
    const owner = ip === undefined ? undefined : this.machine.ownerOf(ip);
    let found: Likeness | undefined;
    if (ip !== undefined && owner !== undefined && proto !== 'icmp') {
      const wide = !this.singledOut(ip, proto, port, owner);
      const bindings: Binding[] = [];
      const key = this.describe(ip, proto, port, bindings, 0);
      if (key !== undefined) found = { key: this.id(`${key} ${wide ? this.portsOf(ip, proto, owner) : ''}`), bindings, wide };
    }
    this.known.set(name, found);
    return found;
  }

  /**
   * @param sport the port that the sender sends from.
   * @returns whether rules speak of a sender and this destination both, or of a sender and its ports: then what others like it come to tells nothing.
   */
  apart(sender: string, { bindings }: Likeness, sport: number): boolean {
    const ns = this.machine.namespaces.get(sender);
    if (ns === undefined || ns === this.machine.root) return false;
    const told = (text: string): boolean => bindings.some((b) => b.origins.some((o) => o.text === text));
    return ownAddresses(ns).some((own) =>
      this.selective(own, sport).some(({ head, rule }) => bindings.some((to) => speaksOfBoth(head, own, to, sport)) && !told(rule.text)),
    );
  }

  /** Rules that name a sender and may tell its destinations apart. */
  private selective(own: Ip, sport: number): readonly SpecificRule[] {
    const all = this.rules.byAddress.get(own) ?? [];
    if (!CLIENT_PORTS.includes(sport)) return all;
    let known = this.selecting.get(own);
    if (known === undefined) {
      known = all.filter(({ head }) => {
        const there = single(head.src) === own && (head.dst !== undefined || head.dport !== undefined || head.sport !== undefined);
        const back = single(head.dst) === own && (head.src !== undefined || head.sport !== undefined || head.dport !== undefined);
        return there || (back && includesAny(head.dport, CLIENT_PORTS));
      });
      this.selecting.set(own, known);
    }
    return known;
  }
}

/** Whether a condition lets one of these ports pass. */
function includesAny(condition: RuleHead['dport'], ports: readonly number[]): boolean {
  return condition === undefined || ports.some((port) => (port >= condition.value[0] && port <= condition.value[1]) !== condition.negated);
}

/** Whether a rule that names a sender can take its packets to some destinations and not to others, this one among them. */
function speaksOfBoth(head: RuleHead, own: Ip, to: Binding, sport: number): boolean {
  const [src, dst] = [single(head.src), single(head.dst)];
  const other = parseIp(to.ip);
  const clients = [sport, ...CLIENT_PORTS];
  if (src === own) {
    const uniform = head.dst === undefined && head.dport === undefined && head.sport === undefined;
    if (!uniform && (dst === undefined || dst === other) && includesAny(head.dport, [to.port]) && includesAny(head.sport, clients))
      return true;
  }
  if (dst !== own) return false;
  const uniform = head.src === undefined && head.dport === undefined && head.sport === undefined;
  return !uniform && (src === undefined || src === other) && includesAny(head.sport, [to.port]) && includesAny(head.dport, clients);
}
