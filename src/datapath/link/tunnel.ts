import type { Ip } from '../../address/ip.js';
import type { NetInterface } from '../../model/link.js';
import type { Device } from '../machine/device.js';
import type { NetnsState } from '../machine/netns-state.js';

/**
 * vxlan_xmit: a frame goes to the remote end that the forwarding database has for its address, else to the default one.
 * @returns whether a device is a VXLAN tunnel that knows no end to send anything to; false where its database is not listed whole.
 */
export function tunnelEndsHere(ns: NetnsState, { name, detail }: NetInterface): boolean {
  if (detail.kind !== 'vxlan' || detail.remote !== undefined || detail.external === true) return false;
  if (ns.netns.sources.get('bridge-fdb')?.state !== 'whole') return false;
  return !ns.netns.fdb.some(({ dev, dst }) => dev === name && dst !== undefined);
}

/**
 * arp_reduce, neigh_reduce (vxlan_core.c): a tunnel with `proxy` answers for neighbours that it was told of, and sends no
 * question on. Docker makes its overlays so, and tells them of every container elsewhere.
 * @returns whether somebody beyond a device may answer for an address.
 */
export function mayAnswerBeyond({ ns, iface }: Device, ip: Ip): boolean {
  if (iface.detail.kind !== 'vxlan' || iface.detail.proxy !== true) return true;
  if (ns.netns.sources.get('neigh')?.state !== 'whole') return true;
  return ns.neighbour(iface.name, ip)?.mac !== undefined;
}
