import type { NetInterface } from '../../model/link.js';
import type { Device } from '../machine/device.js';
import type { Machine } from '../machine/machine.js';
import type { NetnsState } from '../machine/netns-state.js';
import { isStandIn } from './stand-in.js';

/** A device that a container must have, and whose other end nobody tells of. */
function isLoose({ index, detail, linkIndex }: NetInterface): boolean {
  return isStandIn(index) && detail.kind === 'veth' && linkIndex === undefined;
}

/** @returns in words which namespaces of the same indexes may hold a device's other end; undefined where that is clear, or none is listed. */
export function ambiguousEnd(machine: Machine, { ns, iface }: Device): string | undefined {
  const unclear = machine.unclearEnd(ns, iface.name);
  if (unclear === undefined) return undefined;
  const { end, rivals } = unclear;
  const names = rivals.map((one) => `${one.netns}'s ${one.iface}`);
  return `which of ${names.join(' and ')} ${end.netns}'s ${end.iface} is joined to: their indexes fit alike (\`ip -d link\`)`;
}

/**
 * What would show where a container's device leads, whose other end is in another namespace that is not listed, or not wholly;
 * undefined where the device leads outside by itself.
 */
export function endUnlisted(machine: Machine, ns: NetnsState, iface: NetInterface): string | undefined {
  const ambiguous = ambiguousEnd(machine, { ns, iface });
  if (ambiguous !== undefined) return ambiguous;
  if (!ns.isHost && isLoose(iface)) return `what ${ns.name}'s ${iface.name} is joined to, which docker inspect does not tell`;
  if (ns.isHost || iface.linkName !== undefined || (iface.linkIndex === undefined && iface.detail.kind !== 'veth')) return undefined;
  const others = [machine.root, ...[...machine.namespaces.values()].filter((one) => one !== ns && one !== machine.root)];
  const lack = others.map((one) => one.addressesLack()).find((one) => one !== undefined);
  return lack === undefined ? undefined : `the other end of ${ns.name}'s ${iface.name}: ${lack}`;
}
