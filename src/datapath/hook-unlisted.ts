import type { HookName, Ruleset } from '../model/netfilter.js';
import type { Fate } from './fate.js';
import type { HookPlace } from './hook.js';
import type { NetnsState } from './netns-state.js';
import type { Skb } from './skb.js';
import type { Walk } from './walk.js';

const hasBaseChain = (table: 'filter' | 'nat', hook: HookName): boolean =>
  table === 'filter' ? hook === 'INPUT' || hook === 'FORWARD' || hook === 'OUTPUT' : hook !== 'FORWARD';

/** `iptables -t nat -L` shows one table: whether another that nearly every host has lets the packet go on is asked. */
function tablesNotListed(walk: Walk, ns: NetnsState, listed: Ruleset, place: HookPlace): Fate | undefined {
  if (listed.incomplete !== true) return undefined;
  const command = listed.family === 4 ? 'iptables' : 'ip6tables';
  const file = `${ns.directory}/${command}-save.txt`;
  for (const table of ['filter', 'nat'] as const) {
    if (listed.tables.has(table) || !hasBaseChain(table, place.hook)) continue;
    const detail = `${ns.name}'s table ${table}, which \`${command}-save\` would show (${file})`;
    const question = { category: 'missing', yes: `${table}=open`, no: `${table}=drop`, usual: true, detail } as const;
    if (!walk.askOnce(`${file} ${table}`, question, { file, line: 0 })) return { kind: 'lost', ns, why: `${detail}, drops it` };
  }
  return undefined;
}

/** The host's rules decide nearly everything: without their listing nothing may be taken for open. */
export function rulesNotListed(walk: Walk, ns: NetnsState, skb: Skb, place: HookPlace): Fate | undefined {
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
