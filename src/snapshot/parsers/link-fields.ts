import type { BridgePort, InterfaceAddress } from '../../model/link.js';

const SCOPES: ReadonlySet<string> = new Set(['global', 'site', 'link', 'host']);
const PORT_STATES: readonly BridgePort['state'][] = ['disabled', 'listening', 'learning', 'forwarding', 'blocking'];

/** What a bridge port does unless told otherwise (new_nbp). */
export const DEFAULT_PORT = { state: 'forwarding', hairpin: false, isolated: false, learning: true, flood: true } as const;

/** Kinds of link whose line in `ip -d addr` begins with their name. */
export const LINK_KINDS: ReadonlySet<string> = new Set([
  'veth',
  'bridge',
  'macvlan',
  'macvtap',
  'ipvlan',
  'ipvtap',
  'vlan',
  'vxlan',
  'bond',
  'tun',
  'dummy',
  'wireguard',
  'vrf',
  'ipip',
  'sit',
  'gre',
  'gretap',
  'ifb',
  'team',
  'geneve',
  'ip6tnl',
  'nlmon',
  'vti',
]);

/** Flags of an address that `ip addr` prints as words. */
export const ADDRESS_FLAGS: ReadonlySet<string> = new Set([
  'secondary',
  'temporary',
  'tentative',
  'deprecated',
  'home',
  'nodad',
  'optimistic',
  'dadfailed',
  'dynamic',
  'mngtmpaddr',
  'noprefixroute',
  'autojoin',
  'stable-privacy',
  'permanent',
]);

/** @returns the scope's name; scopes that are numbers count as global ones. */
export function addressScope(text: string | undefined): InterfaceAddress['scope'] {
  return text !== undefined && isScope(text) ? text : 'global';
}

function isScope(text: string): text is InterfaceAddress['scope'] {
  return SCOPES.has(text);
}

/** @returns a port's state by its name or its number (BR_STATE_*). */
export function portState(text: string | undefined): BridgePort['state'] | undefined {
  if (text === undefined) return undefined;
  return PORT_STATES.find((state) => state === text) ?? (/^[0-4]$/.test(text) ? PORT_STATES[Number(text)] : undefined);
}
