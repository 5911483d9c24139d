import type { NetnsState } from '../netns-state.js';

function filters(ns: NetnsState, bridge: string): boolean {
  const detail = ns.interfaces.get(bridge)?.detail;
  return detail?.kind === 'bridge' && detail.vlanFiltering;
}

/**
 * br_allowed_ingress: the VLAN that an untagged frame gets at a port.
 * @returns undefined where the bridge does not filter, 0 where the port takes no untagged frames.
 */
export function vlanOfIngress(ns: NetnsState, bridge: string, port: string): number | undefined {
  if (!filters(ns, bridge)) return undefined;
  return ns.netns.vlans.find((v) => v.iface === port && v.pvid)?.vid ?? 0;
}

/** br_allowed_egress: whether a port is a member of a VLAN. */
export function vlanAdmits(ns: NetnsState, port: string, vid: number): boolean {
  return ns.netns.vlans.some((v) => v.iface === port && vid >= v.vid && vid <= (v.vidEnd ?? v.vid));
}
