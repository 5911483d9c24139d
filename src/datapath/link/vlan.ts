import type { NetnsState } from '../machine/netns-state.js';

function filters(ns: NetnsState, bridge: string): boolean {
  const detail = ns.interfaces.get(bridge)?.detail;
  return detail?.kind === 'bridge' && detail.vlanFiltering;
}

/**
 * br_allowed_ingress: the VLAN that a frame gets at a port.
 * @param tag the VLAN tag that the frame carries.
 * @returns undefined where the bridge does not filter, 0 where the port does not take the frame.
 */
export function vlanOfIngress(ns: NetnsState, bridge: string, port: string, tag: number | undefined): number | undefined {
  if (!filters(ns, bridge)) return undefined;
  if (tag !== undefined) return vlanAdmits(ns, port, tag) ? tag : 0;
  return ns.netns.vlans.find((v) => v.iface === port && v.pvid)?.vid ?? 0;
}

/** br_allowed_egress: whether a port, or the bridge itself, is a member of a VLAN. */
export function vlanAdmits(ns: NetnsState, port: string, vid: number): boolean {
  return ns.netns.vlans.some((v) => v.iface === port && vid >= v.vid && vid <= (v.vidEnd ?? v.vid));
}

/**
 * br_handle_vlan: the tag that a frame carries when it leaves by a port.
 * @param vid the VLAN it is in; undefined where the bridge does not filter and leaves `tag` alone.
 */
export function tagOnEgress(ns: NetnsState, port: string, vid: number | undefined, tag: number | undefined): number | undefined {
  if (vid === undefined) return tag;
  return ns.netns.vlans.some((v) => v.iface === port && v.untagged && vid >= v.vid && vid <= (v.vidEnd ?? v.vid)) ? undefined : vid;
}
