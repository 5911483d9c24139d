import { nftShowsAll } from '../../inventory/index.js';
import type { Container } from '../../model/host.js';
import type { HookName, Ruleset, TableName } from '../../model/netfilter.js';
import { PROTO } from '../../model/packet.js';
import type { Fate } from '../walk/fate.js';
import type { HookPlace } from './place.js';
import { MissingListing } from '../walk/missing-listing.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Skb } from '../walk/skb.js';
import type { Walk } from '../walk/walk.js';

/** Built-in chains by table (xt_table's valid_hooks). */
const HOOKS: Readonly<Record<TableName, readonly HookName[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};

/**
 * Whether a table `nat` that nobody sees may decide what becomes of the packet: it is for this machine, and no socket of its own
 * waits for it, as is the case for every published port. (Elsewhere it is taken to translate no destination, which the answer says.)
 */
export function mayTranslate(ns: NetnsState, { packet }: Skb, place: HookPlace): boolean {
  if (place.hook !== 'PREROUTING' && place.hook !== 'OUTPUT') return false;
  if (packet.icmpType >= 0 || !ns.owns(packet.dst)) return false;
  return ns.sockets.listener(packet.proto === PROTO.TCP ? 'tcp' : 'udp', packet.dst, packet.dport, place.in) === undefined;
}

function natNotListed(walk: Walk, ns: NetnsState, skb: Skb, place: HookPlace, file: string, detail: string): void {
  if (!mayTranslate(ns, skb, place)) {
    walk.missing.add(`${detail}: it is taken to translate nothing here`);
    return;
  }
  const question = { category: 'missing', yes: 'nat=as-is', no: 'nat=translated', usual: true, detail } as const;
  if (!walk.askOnce(`${file} nat`, question, { file, line: 0 })) throw new MissingListing(detail);
}

/** No rule, and nothing that a policy drops: what every kernel shows for a table that nobody wrote to. */
function holdsNothing({ tables }: Ruleset): boolean {
  return [...tables.values()].every(({ chains }) =>
    [...chains.values()].every(({ rules, policy }) => rules.length === 0 && policy !== 'DROP'),
  );
}

/** nft shows all rules but those of iptables-legacy. */
function noLegacy(walk: Walk, ns: NetnsState, file: string): void {
  walk.missing.add(`${file}: ${ns.name} is taken to have no rules of iptables-legacy, which nft does not show`);
}

/** `iptables -t nat -L` shows one table: another may hold rules as well. `second`: of the other back end, which is the legacy one. */
function tablesNotListed(walk: Walk, ns: NetnsState, skb: Skb, listed: Ruleset, second: boolean, place: HookPlace): Fate | undefined {
  const command = `${listed.family === 4 ? 'iptables' : 'ip6tables'}${second ? '-legacy' : ''}-save`;
  const file = `${ns.directory}/${command}.txt`;
  const byNft = !second && listed.backend !== 'legacy' && holdsNothing(listed) && nftShowsAll(walk.machine.host, ns.netns);
  for (const table of listed.unlisted ?? []) {
    if (!HOOKS[table].includes(place.hook)) continue;
    if (byNft) {
      noLegacy(walk, ns, file);
      continue;
    }
    const detail = `${ns.name}'s table ${table}, which \`${command}\` would show (${file})`;
    if (table === 'nat') natNotListed(walk, ns, skb, place, file, detail);
    else if (table !== 'filter') walk.missing.add(`${detail}: it is taken to hold no rules`);
    else {
      const question = { category: 'missing', yes: 'filter=open', no: 'filter=drop', usual: true, detail } as const;
      if (!walk.askOnce(`${file} filter`, question, { file, line: 0 }))
        return { kind: 'lost', ns, why: { kind: 'rules-not-listed', what: detail, one: true } };
    }
  }
  return undefined;
}

/** Tables of the legacy back end, of which a listing by the other one only warns: there are some, and what they do is not told. */
function legacyNotListed(
  walk: Walk,
  ns: NetnsState,
  skb: Skb,
  { family, legacyUnseen: origin }: Ruleset,
  place: HookPlace,
): Fate | undefined {
  if (origin === undefined) return undefined;
  const command = family === 4 ? 'iptables-legacy-save' : 'ip6tables-legacy-save';
  const detail = `${ns.name}'s rules of the legacy back end, of which ${origin.file}:${origin.line} warns and which \`${command}\` would show`;
  const drop = { category: 'missing', yes: 'legacy=open', no: 'legacy=drop', usual: true, detail } as const;
  if (!walk.askOnce(`${command} ${ns.name} drop`, drop, origin))
    return { kind: 'lost', ns, why: { kind: 'rules-not-listed', what: detail, one: false }, origin };
  if (!mayTranslate(ns, skb, place)) return undefined;
  const translate = { category: 'missing', yes: 'legacy=as-is', no: 'legacy=translated', usual: true, detail } as const;
  if (!walk.askOnce(`${command} ${ns.name} translate`, translate, origin)) throw new MissingListing(detail);
  return undefined;
}

/** A container that may administer its namespace may have rules there: those of a VPN's kill switch, say. */
function ownRulesNotListed(walk: Walk, ns: NetnsState, skb: Skb, place: HookPlace, { name, privileged }: Container): Fate | undefined {
  const command = skb.packet.family === 4 ? 'iptables' : 'ip6tables';
  const file = `${ns.directory}/${command}-save.txt`;
  const why = privileged ? 'is privileged' : 'has NET_ADMIN';
  const detail = `the rules that ${name}, which ${why}, may have of its own: \`nsenter -t PID -n ${command}-save\` would show them (${file})`;
  const origin = { file, line: 0 };
  const drop = { category: 'missing', yes: `${command}=open`, no: `${command}=drop`, usual: true, detail } as const;
  if (!walk.askOnce(file, drop, origin)) return { kind: 'lost', ns, why: { kind: 'rules-not-listed', what: detail, one: false }, origin };
  if (mayTranslate(ns, skb, place)) natNotListed(walk, ns, skb, place, file, detail);
  return undefined;
}

/** The host's rules decide nearly everything: without their listing nothing may be taken for open. */
export function rulesNotListed(walk: Walk, ns: NetnsState, skb: Skb, place: HookPlace): Fate | undefined {
  const command = skb.packet.family === 4 ? 'iptables' : 'ip6tables';
  const listed = ns.netns.rulesets.filter((set) => set.family === skb.packet.family);
  for (const [i, set] of listed.entries()) {
    const fate = tablesNotListed(walk, ns, skb, set, i > 0, place) ?? legacyNotListed(walk, ns, skb, set, place);
    if (fate !== undefined) return fate;
  }
  if (listed.length > 0) return undefined;
  const file = `${ns.directory}/${command}-save.txt`;
  if (ns.netns.sources.has('nft') && nftShowsAll(walk.machine.host, ns.netns)) {
    noLegacy(walk, ns, file);
    return undefined;
  }
  if (!ns.isHost) {
    const own = walk.machine.mayChange.get(ns.name);
    if (own !== undefined) return ownRulesNotListed(walk, ns, skb, place, own);
    walk.missing.add(`${file}: ${ns.name} is taken to have no ${command} rules`);
    return undefined;
  }
  const detail = `the host's ${command} rules, which \`${command}-save\` would show (${file})`;
  const origin = { file, line: 0 };
  if (walk.askOnce(file, { category: 'missing', yes: `${command}=open`, no: `${command}=drop`, usual: true, detail }, origin))
    return undefined;
  return { kind: 'lost', ns, why: { kind: 'rules-not-listed', what: detail, one: false }, origin };
}
