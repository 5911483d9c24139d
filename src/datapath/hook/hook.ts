import type { Fate } from '../walk/fate.js';
import { fateOf, originOf, tproxyStation } from './fate.js';
import { nativesNotListed } from './natives-unlisted.js';
import { natChains, orderOf, stationName } from './order.js';
import type { HookPlace } from './place.js';
import type { HookStation } from './plan.js';
import type { HookedChain } from './hooked-chain.js';
import { rulesNotListed } from './unlisted.js';
import { MissingListing } from '../walk/missing-listing.js';
import { applyTranslation, evade, isDone, manipOf, markDone, translate, willTranslate } from '../conntrack/nat.js';
import type { MatchContext } from '../netfilter/context.js';
import { type TableRun, runTable } from '../netfilter/table.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Skb } from '../walk/skb.js';
import type { Walk } from '../walk/walk.js';

/** What the rules of a hook see, and the namespace itself for what the kernel does besides. */
interface HookContext extends MatchContext {
  readonly ns: NetnsState;
}

function contextOf(walk: Walk, ns: NetnsState, skb: Skb, place: HookPlace): HookContext {
  const { hook, in: input, out, frame } = place;
  return { skb, ns, hook, in: input, out, ...(frame && { frame }), changes: walk.setChanges, questions: [], ports: walk.ports };
}

function run(walk: Walk, context: MatchContext, chain: HookedChain): TableRun {
  const { mark } = context.skb.packet;
  const result = runTable(chain.table, chain.base, context, walk.oracle);
  walk.table(context, chain, result, mark);
  return result;
}

type NatStation = Extract<HookStation, { kind: 'nat' }>;

/** nf_nat_inet_fn: asks `nat` once for each connection and half, then rewrites the packet. */
function natStation(walk: Walk, context: HookContext, place: HookPlace, station: NatStation): Fate | undefined {
  const { ns, skb } = context;
  if (skb.ct === undefined) return undefined;
  const { connection, info } = skb.ct;
  const manip = manipOf(place.hook);
  let by: { file: string; line: number } | undefined;
  if (info === 'NEW' && !isDone(connection, manip)) {
    for (const chain of station.settled ?? natChains(walk, ns, place.hook, station.chains)) {
      const result = run(walk, context, chain);
      const fate = fateOf(ns, skb, place, chain, result);
      if (fate !== undefined) return fate;
      if (result.verdict.kind !== 'track') continue;
      by = originOf(result.verdict.by);
      const dev = place.hook === 'POSTROUTING' ? place.out : place.in;
      if (!translate(result.verdict.action, ns, skb, place.hook, dev, walk)) {
        const lack = ns.addressesLack(skb.packet.family);
        if (lack !== undefined) throw new MissingListing(lack);
        const why = { kind: 'no-address-to-translate-to', rule: result.verdict.by.rule, dev } as const;
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

/** Whether a segment that belongs to no connection is taken for one of a connection that was there before (tcp_new). */
const LOOSE = 'net.netfilter.nf_conntrack_tcp_loose';

function conntrackStation(walk: Walk, ns: NetnsState, skb: Skb): void {
  if (skb.ct !== undefined) return;
  walk.conntrack.enter(ns.name, skb, () => walk.setting(ns, LOOSE, ns.sysctls.get(LOOSE), 1, true));
  const state = stateOf(skb);
  const text = STATE_TEXT[state];
  walk.note({ kind: 'conntrack', state, text, netns: ns.name, leg: skb.leg, reply: skb.reply, packet: walk.view(skb) });
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
    (plan.listed ? undefined : rulesNotListed(walk, ns, skb, place)) ?? (plan.natives ? undefined : nativesNotListed(walk, ns, skb, place));
  if (unseen !== undefined) return unseen;
  if (plan.blank !== undefined) walk.blankRules.add(plan.blank);
  const context = contextOf(walk, ns, skb, place);
  const changes: Changes = { mangled: onMangled, translated: onDnat };
  for (const tied of plan.stations) {
    for (const station of tied.open ? orderOf(walk, ns, place.hook, tied, stationName) : tied.of) {
      const fate = passStation(walk, context, place, station, changes);
      if (fate !== undefined) return fate;
    }
  }
  return undefined;
}

/** What the caller does where a hook rewrote what routing looks at. */
interface Changes {
  readonly mangled: (() => Fate | undefined) | undefined;
  readonly translated: (() => Fate | undefined) | undefined;
}

/** nf_nat_ipv4_local_fn, nf_nat_ipv6_local_fn: whether NAT leads the packets of its direction elsewhere; what a rule wrote into one of them is not asked. */
function isReaddressed({ ct }: Skb): boolean {
  if (ct === undefined) return false;
  const { original, reply } = ct.connection;
  return ct.reply ? reply.dst !== original.src : original.dst !== reply.src;
}

function passStation(walk: Walk, context: HookContext, place: HookPlace, station: HookStation, changes: Changes): Fate | undefined {
  const { ns, skb } = context;
  const { packet } = skb;
  switch (station.kind) {
    case 'conntrack':
      conntrackStation(walk, ns, skb);
      return undefined;
    case 'confirm':
      if (skb.ct !== undefined) skb.ct.connection.confirmed = true;
      return undefined;
    case 'nat': {
      const { dst } = packet;
      const fate = natStation(walk, context, place, station);
      const isOther = place.hook === 'OUTPUT' ? isReaddressed(skb) : packet.dst !== dst;
      return fate ?? (isOther ? changes.translated?.() : undefined);
    }
    case 'chain':
      return passChain(walk, context, place, station.chain, changes);
  }
}

/** ipt_mangle_out, nft_route_table_hook4: a chain of type route at output routes again what it changed. */
function passChain(walk: Walk, context: HookContext, place: HookPlace, chain: HookedChain, changes: Changes): Fate | undefined {
  const { ns, skb } = context;
  const { packet } = skb;
  const { mark, tos, src, dst } = packet;
  const result = run(walk, context, chain);
  const fate = tproxyStation(walk, ns, skb, place.in, result) ?? fateOf(ns, skb, place, chain, result);
  if (fate !== undefined || chain.info.type !== 'route') return fate;
  return packet.mark !== mark || packet.tos !== tos || packet.src !== src || packet.dst !== dst ? changes.mangled?.() : undefined;
}
