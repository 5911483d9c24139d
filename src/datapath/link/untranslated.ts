import { contains, familyOf, formatIp, isPrivate, prefixOf, type Family, type Ip } from '../../address/ip.js';
import { nativeRulesOf, nftShowsAll } from '../../inventory/index.js';
import type { NetInterface } from '../../model/link.js';
import type { Ruleset } from '../../model/netfilter.js';
import type { Untranslated } from '../../model/trace.js';
import type { Machine } from '../machine/machine.js';
import type { Device } from '../machine/device.js';
import type { NetnsState } from '../machine/netns-state.js';

/** The device, the bridge it is a port of, and what is stacked on either: whatever has an address on that link. */
function onLink(machine: Machine, ns: NetnsState, dev: string): readonly NetInterface[] {
  const bridge = ns.ports.get(dev)?.bridge;
  const lowers = bridge === undefined ? [dev] : [dev, bridge];
  const stacked = (lower: string): readonly Device[] => machine.children(ns, lower);
  return [...lowers.flatMap((name) => ns.interfaces.get(name) ?? []), ...lowers.flatMap(stacked).map(({ iface }) => iface)];
}

/** The command that would show rules of the host that may translate, where they are not listed. */
function translationsUnseen({ host }: Machine, { isHost, name, netns }: NetnsState, family: Family): string | undefined {
  if (!isHost) return undefined;
  const command = family === 4 ? 'iptables' : 'ip6tables';
  const sets = netns.rulesets.filter((set) => set.family === family);
  const isOpen = ({ tables, unlisted }: Ruleset): boolean =>
    unlisted?.includes('nat') === true ||
    [...(tables.get('nat')?.chains.values() ?? [])].some(({ rules }) => rules.some(({ gap }) => gap !== undefined));
  if (sets.length === 0 ? !nftShowsAll(host, netns) : sets.some(isOpen)) return `${command}-save`;
  if (sets.some(({ legacyUnseen }) => legacyUnseen !== undefined)) return `${command}-legacy-save`;
  return nativeRulesOf(host, name).kind === 'open' ? 'nft -j list ruleset' : undefined;
}

/**
 * Whether a packet that leaves by a device has a private source of another network (RFC 1918, 4193, 6598): what lies beyond has no
 * route to it unless somebody gave it one.
 * @returns undefined where the source belongs to the link, is public, or the link has no address to compare it with.
 */
export function untranslated(machine: Machine, ns: NetnsState, dev: string, src: Ip): Untranslated | undefined {
  if (!isPrivate(src)) return undefined;
  const addresses = onLink(machine, ns, dev).flatMap((iface) =>
    iface.addresses.filter((a) => familyOf(a.ip) === familyOf(src) && a.scope !== 'link'),
  );
  const [own] = addresses;
  if (own === undefined || addresses.some((a) => contains(prefixOf(a.ip, a.prefixLength), src))) return undefined;
  const unseen = translationsUnseen(machine, ns, familyOf(src));
  return { src: formatIp(src), own: formatIp(own.ip), ...(unseen !== undefined && { unseen }) };
}
