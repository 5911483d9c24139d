import { formatIp } from '../../address/ip.js';
import type { Netns } from '../../model/host.js';
import type { BridgePort, BridgeVlan, FdbEntry } from '../../model/link.js';
import { words } from '../write/words.js';
import type { PlanLine } from './plan.js';

const onOff = (value: boolean): string => (value ? 'on' : 'off');

function portLine(netns: Netns, port: BridgePort): PlanLine {
  const flags = words`hairpin ${onOff(port.hairpin)} isolated ${onOff(port.isolated)} learning ${onOff(port.learning)} flood ${onOff(port.flood)}`;
  return { words: words`link set dev ${port.iface} ${flags}`, what: `${netns.name}: bridge port ${port.iface}` };
}

/** An entry of the bridge's own or a port's own address comes with the device. */
function fdbLines(netns: Netns, entry: FdbEntry): PlanLine[] {
  const vlan = entry.vlan === undefined ? [] : words`vlan ${entry.vlan}`;
  const what = `${netns.name}: fdb entry ${entry.mac} of ${entry.dev}`;
  if (entry.dst !== undefined)
    return [{ words: words`fdb append ${entry.mac} dev ${entry.dev} dst ${formatIp(entry.dst)} self permanent`, what, optional: true }];
  if (entry.master === undefined || entry.state === 'permanent') return [];
  const kind = entry.state === 'static' ? 'static' : 'dynamic';
  return [{ words: words`fdb replace ${entry.mac} dev ${entry.dev} master ${kind} ${vlan}`, what }];
}

function vlanLines(netns: Netns, vlan: BridgeVlan): PlanLine[] {
  const self = netns.interfaces.some((i) => i.name === vlan.iface && i.detail.kind === 'bridge') ? ['self'] : [];
  const vid = vlan.vidEnd === undefined ? `${vlan.vid}` : `${vlan.vid}-${vlan.vidEnd}`;
  const flags = [...(vlan.pvid ? ['pvid'] : []), ...(vlan.untagged ? ['untagged'] : [])];
  return [{ words: words`vlan add dev ${vlan.iface} vid ${vid} ${flags} ${self}`, what: `${netns.name}: VLAN ${vid} on ${vlan.iface}` }];
}

/** The default VLAN that a port gets on joining, where the listing does not show it. */
function strayVlans(netns: Netns): PlanLine[] {
  return netns.interfaces.flatMap((iface) => {
    const bridge = iface.detail.kind === 'bridge' ? iface : netns.interfaces.find((i) => i.name === iface.master);
    if (bridge?.detail.kind !== 'bridge' || !bridge.detail.vlanFiltering || bridge.detail.vlanDefaultPvid === 0) return [];
    const pvid = bridge.detail.vlanDefaultPvid;
    if (netns.vlans.some((v) => v.iface === iface.name && v.vid <= pvid && pvid <= (v.vidEnd ?? v.vid))) return [];
    const self = iface === bridge ? ['self'] : [];
    return [{ words: words`vlan del dev ${iface.name} vid ${pvid} ${self}`, what: `${netns.name}: VLAN ${pvid} on ${iface.name}` }];
  });
}

/** @returns the `bridge` commands for port flags, VLANs and learned addresses of a namespace. */
export function planBridging(netns: Netns): readonly PlanLine[] {
  const filtering = netns.interfaces.some((i) => i.detail.kind === 'bridge' && i.detail.vlanFiltering);
  return [
    ...netns.bridgePorts.map((port) => portLine(netns, port)),
    ...(filtering && netns.sources.has('bridge-vlan')
      ? [...netns.vlans.flatMap((vlan) => vlanLines(netns, vlan)), ...strayVlans(netns)]
      : []),
    ...netns.fdb.flatMap((entry) => fdbLines(netns, entry)),
  ];
}
