import { parseIp } from '../../address/ip.js';
import type { BridgePort, LinkDetail } from '../../model/link.js';
import { DEFAULT_PORT, portState } from './link-fields.js';
import { parseUint } from './source.js';

/** @returns the word that follows a name. */
export function valueAfter(words: readonly string[], name: string): string | undefined {
  const at = words.indexOf(name);
  return at < 0 ? undefined : words[at + 1];
}

function onOff(words: readonly string[], name: string): boolean | undefined {
  const value = valueAfter(words, name);
  return value === undefined ? undefined : value === 'on' || value === '1';
}

/** Reads what `ip -d` tells of a kind of interface. */
export function detailOf(kind: string, words: readonly string[]): LinkDetail {
  switch (kind) {
    case 'veth':
      return { kind };
    case 'bridge':
      return {
        kind,
        vlanFiltering: onOff(words, 'vlan_filtering') ?? false,
        vlanDefaultPvid: parseUint(valueAfter(words, 'vlan_default_pvid')) ?? 1,
      };
    case 'macvlan':
      return { kind, mode: valueAfter(words, 'mode') ?? 'vepa' };
    case 'ipvlan': {
      const flag = words[words.indexOf('mode') + 2];
      return { kind, mode: valueAfter(words, 'mode') ?? 'l3', flag: flag === 'private' || flag === 'vepa' ? flag : 'bridge' };
    }
    case 'vlan':
      return { kind, vid: parseUint(valueAfter(words, 'id')) ?? 0 };
    case 'vxlan': {
      const local = parseIp(valueAfter(words, 'local') ?? '');
      const remote = parseIp(valueAfter(words, 'remote') ?? valueAfter(words, 'group') ?? '');
      const port = parseUint(valueAfter(words, 'dstport')) ?? 4789;
      const base = { kind, vni: parseUint(valueAfter(words, 'id')) ?? 0, port, learning: !words.includes('nolearning') } as const;
      const how = {
        ...(words.includes('proxy') ? { proxy: true as const } : {}),
        ...(words.includes('external') ? { external: true as const } : {}),
      };
      return { ...base, ...how, ...(local === undefined ? {} : { local }), ...(remote === undefined ? {} : { remote }) };
    }
    default:
      return { kind: 'other', name: kind };
  }
}

/** What a line says of a bridge's port. */
export type PortDetail = Omit<BridgePort, 'iface' | 'bridge' | 'origin'>;

/** Reads a `bridge_slave` line. */
export function slavePort(words: readonly string[]): PortDetail {
  return {
    state: portState(valueAfter(words, 'state')) ?? DEFAULT_PORT.state,
    hairpin: onOff(words, 'hairpin') ?? DEFAULT_PORT.hairpin,
    isolated: onOff(words, 'isolated') ?? DEFAULT_PORT.isolated,
    learning: onOff(words, 'learning') ?? DEFAULT_PORT.learning,
    flood: onOff(words, 'flood') ?? DEFAULT_PORT.flood,
  };
}
