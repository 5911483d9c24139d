import type { Ip } from '../../address/ip.js';
import type { BridgePort, NetInterface } from '../../model/link.js';
import type { Origin } from '../../model/origin.js';
import type { Exceeded, RuleHit, Step, StepBase } from '../../model/trace.js';
import type { Assumption } from '../../model/assumption.js';
import type { PacketView, Sighting } from '../../model/sighting.js';
import type { PortBox } from '../cache/port-box.js';
import { ConntrackTable } from '../conntrack/conntrack.js';
import type { Underway } from './underway.js';
import type { HookedChain } from '../hook/hooked-chain.js';
import type { Machine } from '../machine/machine.js';
import type { MatchContext } from '../netfilter/context.js';
import type { OracleQuery } from '../../netfilter/index.js';
import { SetChanges } from '../netfilter/set-changes.js';
import type { TableRun } from '../netfilter/table.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Answers } from './answers.js';
import { Oracle, type Decision } from './oracle.js';
import { viewOf } from './packet-text.js';
import { RouteLookups } from './route-lookups.js';
import type { Skb } from './skb.js';

/** Switches of a device that are on where `all` or the device's own says so. */
type DeviceSwitch = 'route_localnet' | 'accept_local' | 'proxy_arp' | 'src_valid_mark';

/** A step without what every step carries. */
type StepBody = Step extends infer S ? (S extends StepBase ? Omit<S, keyof StepBase> : never) : never;

/** A machine that no listing shows. */
export interface UnlistedMachine {
  readonly ns: NetnsState;
  /** Whether it is reached by a device under an address. */
  on(ns: NetnsState, dev: string, ip: Ip): boolean;
}

/**
 * What devices hand frames to, each the function of its name: protocols and bridges are registered with the devices below them, as in the
 * kernel (dev_add_pack, netdev_rx_handler_register, net_device_ops).
 */
export interface Stack {
  receive(walk: Walk, ns: NetnsState, dev: string, skb: Skb): Underway;
  ipReceive(walk: Walk, ns: NetnsState, dev: string, skb: Skb, hookDone: boolean): Underway;
  localOut(walk: Walk, ns: NetnsState, skb: Skb, options: { readonly oif: string }): Underway;
  bridgeInput(walk: Walk, ns: NetnsState, port: BridgePort, skb: Skb): Underway;
  bridgeXmit(walk: Walk, ns: NetnsState, bridge: string, skb: Skb): Underway;
}

/** One walk of one flow: its connections, what it asked, and what a watcher would have seen. */
export class Walk {
  readonly conntrack = new ConntrackTable();
  readonly setChanges = new SetChanges();
  readonly oracle: Oracle;
  readonly packets: Sighting[] = [];
  readonly rules: RuleHit[] = [];
  readonly steps: Step[] = [];
  readonly missing = new Set<string>();
  /** Set where it was given up, because there was more to look at than is looked at. */
  exceeded: Exceeded | undefined;
  /** What the walk takes for granted besides the answers to its questions. */
  readonly assumptions: Assumption[] = [];
  /** Namespaces whose native rules are not listed, and taken to be none. */
  readonly unseenNatives = new Set<NetnsState>();
  /** Blank listings of rules that are taken at their word, by file. */
  readonly blankRules = new Set<string>();
  /** The outside machine that asks, and the device by which it comes in: it is there, whether a listing shows it or not. */
  outsider: UnlistedMachine | undefined;
  readonly routes = new RouteLookups(this);
  private readonly answered = new Map<string, boolean>();
  /** Frames received by devices so far: ends storms that copies of copies make of a flood in a bridge loop. */
  received = 0;

  constructor(
    readonly machine: Machine,
    readonly stack: Stack,
    script: readonly number[],
    answers: Answers,
    /** What this walk does with ports is noted here, where it is to serve for others. */
    readonly ports?: PortBox,
    /** Set where every way is to be walked, those that come to the same included: how many are of use. */
    mostWays?: number,
  ) {
    this.oracle = new Oracle(script, answers, this, mostWays);
  }

  /** How much of the trace is there. */
  progress(): Decision['at'] {
    return { packets: this.packets.length, rules: this.rules.length, steps: this.steps.length };
  }

  /** Above 0 while packets go round that only prepare the way, such as neighbour solicitations. */
  private silent = 0;

  /** Runs something without a trace of it. */
  quietly<T>(work: () => T): T {
    this.silent += 1;
    try {
      return work();
    } finally {
      this.silent -= 1;
    }
  }

  /** Above 0 while the answer of a machine beyond an uplink goes its way: nobody saw it, so it is no sighting. */
  private assumed = 0;

  /** Runs what rests on an assumption: its steps are marked, and nothing of it counts as seen. */
  assuming<T>(work: () => T): T {
    const first = this.steps.length;
    this.assumed += 1;
    try {
      return work();
    } finally {
      this.assumed -= 1;
      for (let i = first; i < this.steps.length; i++) this.steps[i] = { ...this.steps[i]!, assumed: true };
    }
  }

  /** @returns a packet's addresses as text: one object for as long as they stay. */
  view(skb: Skb): PacketView {
    const { packet, shown } = skb;
    const { src, dst, sport, dport } = packet;
    if (shown !== undefined && shown.src === src && shown.dst === dst && shown.sport === sport && shown.dport === dport) return shown.view;
    const view = viewOf(this.machine.texts, packet);
    skb.shown = { src, dst, sport, dport, view };
    return view;
  }

  /** Notes something that happened to a packet. */
  step(ns: NetnsState, skb: Skb, body: StepBody): void {
    if (this.silent > 0) return;
    // the body is a fresh literal: completing it in place is many times cheaper than spreading it into another
    const step = body as unknown as { -readonly [K in keyof StepBase]: StepBase[K] };
    step.netns = ns.name;
    step.leg = skb.leg;
    step.reply = skb.reply;
    step.packet = this.view(skb);
    this.steps.push(step as unknown as Step);
  }

  /** Notes a step that is complete: what happens to every packet is written in one go. */
  note(step: Step): void {
    if (this.silent === 0) this.steps.push(step);
  }

  /** A sighting: what `tcpdump -i any` prints. libpcap leaves out a loopback packet on its way out. */
  sight(
    ns: NetnsState,
    skb: Skb,
    { name, detail }: NetInterface,
    dir: 'in' | 'out',
    passing: { readonly whileUnconfirmed?: true } = {},
  ): void {
    if (this.silent > 0) return;
    const packet = this.view(skb);
    const { reply } = skb;
    this.steps.push({ kind: 'interface', iface: name, dir, ...passing, netns: ns.name, leg: skb.leg, reply, packet });
    if ((detail.kind === 'loopback' && dir === 'out') || skb.related !== undefined || this.assumed > 0) return;
    const { src, sport, dst, dport } = packet;
    this.packets.push(
      sport === undefined || dport === undefined
        ? { netns: ns.name, iface: name, dir, src, dst, reply }
        : { netns: ns.name, iface: name, dir, src, sport, dst, dport, reply },
    );
  }

  /** Notes a table's traversal. Rules count only on the first packet of a connection. */
  table({ ns, skb, hook, in: input, out }: MatchContext, { name: table, nft, base }: HookedChain, run: TableRun, mark: number): void {
    if (this.silent > 0) return;
    const { hits, policy, base: origin, cut } = run;
    const besides = run.besides.length === 0 ? undefined : run.besides;
    const { leg, reply } = skb;
    if (!reply) for (const hit of hits) this.rules.push(hit);
    const verdict = run.verdict.kind === 'drop' || run.verdict.kind === 'reject' ? run.verdict.kind : 'accept';
    const { family } = skb.packet;
    const netns = ns.name;
    const packet = this.view(skb);
    const chain = base.name;
    if (nft !== undefined || besides !== undefined || cut) {
      const native = nft === undefined ? {} : { nft, chain };
      const more = besides === undefined ? {} : { besides };
      const decided = policy === undefined ? {} : { policy, origin };
      const once = cut ? { cut: true as const } : {};
      const common = { ...native, hook, table, family, in: input, out, mark, hits, ...once, ...more, ...decided } as const;
      this.steps.push({ kind: 'table', ...common, verdict, netns, leg, reply, packet });
      return;
    }
    this.steps.push(
      policy === undefined
        ? { kind: 'table', hook, table, family, in: input, out, mark, hits, verdict, netns, leg, reply, packet }
        : { kind: 'table', hook, table, family, in: input, out, mark, hits, policy, origin, verdict, netns, leg, reply, packet },
    );
  }

  /** Asks something whose answer holds for the whole walk. */
  askOnce(key: string, question: OracleQuery, origin: Origin): boolean {
    const known = this.answered.get(key);
    if (known !== undefined) return known;
    const answer = this.oracle.ask(question, origin);
    this.answered.set(key, answer);
    return answer;
  }

  /** IN_DEV_ORCONF of a switch that is off unless somebody turned it on; asks where the listing does not tell. */
  deviceSwitch(ns: NetnsState, dev: string, key: DeviceSwitch): boolean {
    return ns.sysctls.either(dev, key) ?? this.setting(ns, ns.sysctls.openName(dev, key), undefined, 0, false);
  }

  /**
   * A setting that every kernel has and next to nobody changes: taken to be 0 where no listing tells, and said.
   * Only for whom another value would lead elsewhere.
   */
  seldom(ns: NetnsState, name: string): number {
    const value = ns.sysctls.get(name);
    if (value === undefined) this.takeSetting(ns, name, 0);
    return value ?? 0;
  }

  /** Says what a setting is taken to be that no listing tells. */
  takeSetting(ns: NetnsState, name: string, value: number): void {
    if (!ns.sysctls.covers(name)) this.missing.add(`${ns.directory}/sysctl.txt: ${name} is taken to be ${value}`);
  }

  /** The same of a device's setting, which `all` may set as well. */
  seldomOf(ns: NetnsState, dev: string, key: string): void {
    if (ns.sysctls.larger(dev, key).open) this.seldom(ns, ns.sysctls.openName(dev, key));
  }

  /** A setting that the snapshot should hold; asks where the listing of all settings is missing. */
  setting(ns: NetnsState, name: string, value: number | undefined, fallback: number, usual: boolean): boolean {
    if (value !== undefined) return value !== 0;
    if (ns.sysctls.covers(name)) return fallback !== 0;
    const told = ns.isHost ? this.machine.dockerInfo.get(name) : undefined;
    return told ?? this.askSetting(ns, name, [1, 0], usual);
  }

  /** Asks which of two values a setting has that no listing shows. @returns whether it is the first. */
  askSetting(ns: NetnsState, name: string, [yes, no]: readonly [number, number], usual: boolean): boolean {
    const file = `${ns.directory}/sysctl.txt`;
    const where = ns === this.machine.root ? '' : ` in ${ns.name}`;
    const detail = `${name}, which \`sysctl ${name}\`${where} would show (${file})`;
    const question: OracleQuery = { category: 'missing', yes: `${name}=${yes}`, no: `${name}=${no}`, usual, detail };
    return this.askOnce(`${ns.name} ${name}`, question, { file, line: 0 });
  }
}
