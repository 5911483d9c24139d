import type { ForeignBaseChain, HookName, Ruleset, TableName } from '../model/netfilter.js';
import { PROTO } from '../model/packet.js';
import type { Fate } from './fate.js';
import { ORDER, type Stage } from './hook-plan.js';
import { evade, applyTranslation, endpointText, isDone, manipOf, markDone, translate, willTranslate } from './nat.js';
import type { MatchContext } from './netfilter/context.js';
import { runTable, type TableRun } from './netfilter/table.js';
import type { HookedTable, NetnsState } from './netns-state.js';
import type { Skb } from './skb.js';
import type { Walk } from './walk.js';

/** Where a packet is when a hook is called. */
export interface HookPlace {
  readonly hook: HookName;
  readonly in: string;
  readonly out: string;
}

function contextOf(walk: Walk, ns: NetnsState, skb: Skb, place: HookPlace): MatchContext {
  return { skb, ns, hook: place.hook, in: place.in, out: place.out, changes: walk.setChanges, questions: [], ports: walk.ports };
}

function run(walk: Walk, context: MatchContext, hooked: HookedTable): TableRun {
  const { mark } = context.skb.packet;
  const result = runTable(hooked.table, hooked.base, context, walk.oracle);
  walk.table(context, hooked.table.table.name, result, mark);
  return result;
}

/** Turns a table's verdict into the end of the way, or undefined where the packet goes on. */
function fateOf(ns: NetnsState, skb: Skb, place: HookPlace, table: TableName, result: TableRun): Fate | undefined {
  const { verdict } = result;
  const local = place.hook === 'OUTPUT' || place.hook === 'POSTROUTING' ? ({ errno: 'EPERM' } as const) : {};
  switch (verdict.kind) {
    case 'accept':
    case 'track':
      return undefined;
    case 'reject': {
      const why = `\`${verdict.by.rule}\` in ${ns.name}'s ${table} ${verdict.by.chain} rejects it`;
      return { kind: 'refused', ns, skb, with: verdict.with, hook: place.hook, dev: place.in, why, origin: originOf(verdict.by) };
    }
    case 'drop':
      if (verdict.by === undefined) {
        const why = `no rule of ${ns.name}'s ${table} ${place.hook} matched, and its policy is DROP`;
        return { kind: 'lost', ns, why, origin: result.base, ...local };
      }
      return {
        kind: 'lost',
        ns,
        why: `\`${verdict.by.rule}\` in ${ns.name}'s ${table} ${verdict.by.chain} drops it`,
        origin: originOf(verdict.by),
        ...local,
      };
  }
}

const originOf = (hit: { readonly file: string; readonly line: number }): { file: string; line: number } => ({
  file: hit.file,
  line: hit.line,
});

/** nf_nat_inet_fn: asks `nat` once for each connection and half, then rewrites the packet. */
function natStation(walk: Walk, context: MatchContext, place: HookPlace, tables: readonly HookedTable[]): Fate | undefined {
  const { ns, skb } = context;
  if (skb.ct === undefined) return undefined;
  const { connection, info } = skb.ct;
  const manip = manipOf(place.hook);
  let by: { file: string; line: number } | undefined;
  if (info === 'NEW' && !isDone(connection, manip)) {
    for (const hooked of tables) {
      const result = run(walk, context, hooked);
      const fate = fateOf(ns, skb, place, 'nat', result);
      if (fate !== undefined) return fate;
      if (result.verdict.kind !== 'track') continue;
      by = originOf(result.verdict.by);
      const dev = place.hook === 'POSTROUTING' ? place.out : place.in;
      if (!translate(result.verdict.action, ns, skb, place.hook, dev, walk)) {
        const why = `\`${result.verdict.by.rule}\` has no address on ${dev} to translate to, so the kernel drops the packet`;
        return { kind: 'lost', ns, why, origin: by };
      }
      if (isDone(connection, manip)) break;
    }
    if (manip === 'src' && !isDone(connection, manip)) evade(connection, walk);
    markDone(connection, manip);
  }
  if (!willTranslate(skb, manip)) return undefined;
  const before = walk.view(skb);
  if (applyTranslation(skb, manip))
    walk.step(ns, skb, {
      kind: 'nat',
      hook: place.hook,
      manip,
      before,
      after: walk.view(skb),
      ...(by !== undefined && { origin: by }),
    });
  return undefined;
}

const STATE_TEXT = {
  NEW: 'conntrack: NEW',
  ESTABLISHED: 'conntrack: ESTABLISHED',
  RELATED: 'conntrack: RELATED',
  UNTRACKED: 'conntrack: UNTRACKED',
  INVALID: 'conntrack: INVALID',
} as const;

function stateOf({ ct, untracked }: Skb): keyof typeof STATE_TEXT {
  if (ct !== undefined) return ct.info;
  return untracked ? 'UNTRACKED' : 'INVALID';
}

function conntrackStation(walk: Walk, ns: NetnsState, skb: Skb): void {
  if (skb.ct !== undefined) return;
  walk.conntrack.enter(ns.name, skb);
  const state = stateOf(skb);
  const text = STATE_TEXT[state];
  walk.note({ kind: 'conntrack', state, text, netns: ns.name, leg: skb.leg, reply: skb.reply, packet: walk.view(skb) });
}

/** tproxy_tg4, tproxy_tg6: without a socket to give it to, the packet is dropped. */
function tproxyStation(walk: Walk, ns: NetnsState, skb: Skb, dev: string, result: TableRun): Fate | undefined {
  if (result.verdict.kind !== 'track' || result.verdict.action.kind !== 'tproxy') return undefined;
  const { action, by } = { action: result.verdict.action, by: result.verdict.by };
  const { packet } = skb;
  const own = ns.interfaces.get(dev)?.addresses.find((a) => typeof a.ip === typeof packet.dst && !a.flags.includes('secondary'))?.ip;
  skb.tproxy = { ip: action.ip ?? own ?? packet.dst, port: action.port === 0 ? packet.dport : action.port };
  if (action.port !== 0) walk.ports?.introduced(action.port);
  walk.ports?.lookedUp(skb.tproxy.port, ns.listeningPorts);
  const found = ns.listener(packet.proto === PROTO.TCP ? 'tcp' : 'udp', skb.tproxy.ip, skb.tproxy.port, dev);
  if (found === undefined && ns.netns.sources.has('sockets')) {
    const at = endpointText(skb.tproxy.ip, skb.tproxy.port, false);
    return { kind: 'lost', ns, why: `\`${by.rule}\` finds no socket on ${at} to give the packet to, so it drops it`, origin: originOf(by) };
  }
  packet.mark = ((packet.mark & ~action.mask) ^ action.mark) >>> 0;
  return undefined;
}

/** `iptables -t nat -L` shows one table: whether another that nearly every host has lets the packet go on is asked. */
function tablesNotListed(walk: Walk, ns: NetnsState, listed: Ruleset, place: HookPlace): Fate | undefined {
  if (listed.incomplete !== true) return undefined;
  const command = listed.family === 4 ? 'iptables' : 'ip6tables';
  const file = `${ns.directory}/${command}-save.txt`;
  for (const table of ['filter', 'nat'] as const) {
    if (listed.tables.has(table) || !ORDER[place.hook].includes(table)) continue;
    const detail = `${ns.name}'s table ${table}, which \`${command}-save\` would show (${file})`;
    const question = { category: 'missing', yes: `${table}=open`, no: `${table}=drop`, usual: true, detail } as const;
    if (!walk.askOnce(`${file} ${table}`, question, { file, line: 0 })) return { kind: 'lost', ns, why: `${detail}, drops it` };
  }
  return undefined;
}

/** The host's rules decide nearly everything: without their listing nothing may be taken for open. */
function rulesNotListed(walk: Walk, ns: NetnsState, skb: Skb, place: HookPlace): Fate | undefined {
  const command = skb.packet.family === 4 ? 'iptables' : 'ip6tables';
  const listed = ns.netns.rulesets.find((set) => set.family === skb.packet.family);
  if (listed !== undefined) return tablesNotListed(walk, ns, listed, place);
  const file = `${ns.directory}/${command}-save.txt`;
  if (ns.name !== 'host') {
    walk.missing.add(`${file}: ${ns.name} is taken to have no ${command} rules`);
    return undefined;
  }
  const detail = `the host's ${command} rules, which ${file} would show`;
  const origin = { file, line: 0 };
  if (walk.askOnce(file, { category: 'missing', yes: `${command}=open`, no: `${command}=drop`, usual: true, detail }, origin))
    return undefined;
  return { kind: 'lost', ns, why: `${detail}, drop it`, origin };
}

/** Base chains of native nftables tables see the packet too; what their rules say is not modelled, so it is asked. */
function foreignStation(walk: Walk, ns: NetnsState, chains: readonly ForeignBaseChain[]): Fate | undefined {
  for (const chain of chains) {
    const name = `${chain.family} ${chain.table} ${chain.chain}`;
    const detail = `the nftables chain \`${name}\` of ${ns.name} (hook ${chain.hook}, policy ${chain.policy}, ${chain.rules} rules), which is not evaluated`;
    if (walk.askOnce(`${ns.name} ${name}`, { category: 'nft', yes: 'accept', no: 'drop', usual: true, detail }, chain.origin)) continue;
    return { kind: 'lost', ns, why: `${detail} drops it`, origin: chain.origin };
  }
  return undefined;
}

/**
 * nf_hook_slow: takes a packet through every table of a hook.
 * @returns the packet's end, or that it goes on.
 */
export function nfHook(
  walk: Walk,
  ns: NetnsState,
  skb: Skb,
  place: HookPlace,
  onMangled?: () => Fate | undefined,
  onDnat?: () => Fate | undefined,
): Fate | undefined {
  const { packet } = skb;
  const plan = ns.hookPlan(packet.family, place.hook);
  const unseen =
    (plan.listed ? undefined : rulesNotListed(walk, ns, skb, place)) ??
    (plan.foreign.length === 0 ? undefined : foreignStation(walk, ns, plan.foreign));
  if (unseen !== undefined) return unseen;
  const context = contextOf(walk, ns, skb, place);
  for (const stage of plan.stages) {
    const fate = passStage(walk, context, place, stage, onMangled, onDnat);
    if (fate !== undefined) return fate;
  }
  return undefined;
}

function passStage(
  walk: Walk,
  context: MatchContext,
  place: HookPlace,
  stage: Stage,
  onMangled?: () => Fate | undefined,
  onDnat?: () => Fate | undefined,
): Fate | undefined {
  const { ns, skb } = context;
  const { packet } = skb;
  switch (stage.kind) {
    case 'conntrack':
      conntrackStation(walk, ns, skb);
      return undefined;
    case 'confirm':
      if (skb.ct !== undefined) skb.ct.connection.confirmed = true;
      return undefined;
    case 'nat': {
      const { src, dst } = packet;
      return natStation(walk, context, place, stage.hooked) ?? (packet.dst !== dst || packet.src !== src ? onDnat?.() : undefined);
    }
    case 'table': {
      const { mark, tos } = packet;
      for (const hooked of stage.hooked) {
        const result = run(walk, context, hooked);
        const fate = tproxyStation(walk, ns, skb, place.in, result) ?? fateOf(ns, skb, place, stage.table, result);
        if (fate !== undefined) return fate;
      }
      return stage.table === 'mangle' && (packet.mark !== mark || packet.tos !== tos) ? onMangled?.() : undefined;
    }
  }
}
