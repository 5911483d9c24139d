import { contains, formatIp, formatPrefix, prefixOf } from '../address/ip.js';
import type { Machine } from '../datapath/index.js';
import type { Explanation, ExplanationLine, ExplanationSection } from '../model/explanation.js';
import { explainBridge } from './bridge.js';
import { contradictions, explanation, line, nameOf, section, type Located } from './subject.js';

const STACKED: Readonly<Record<string, string>> = {
  macvlan:
    'a second link-layer address on a lower device: what it sends goes straight out by that device, past the bridges and FORWARD rules of the host',
  ipvlan:
    'a further IP address on a lower device, with that device’s link-layer address: what it sends goes straight out by it, past the bridges of the host',
  vlan: 'a VLAN of a lower device: frames get a tag on the way out and lose it on the way in',
  vxlan: 'a tunnel end: frames given to it are packed into UDP packets (port 4789) and sent to other hosts',
};

/** @returns what an interface is, by its kind. */
function kindWords(located: Located, machine: Machine): string {
  const { ns, iface } = located;
  const { kind } = iface.detail;
  if (kind === 'loopback') return 'the loopback: what this namespace sends to itself; nobody else can send by it';
  if (kind === 'veth') return 'one end of a veth pair: a virtual cable between two network namespaces';
  const stacked = STACKED[kind];
  if (stacked !== undefined) return stacked;
  if (iface.detail.kind === 'other') return `a device of kind ${iface.detail.name}`;
  if (machine.peer(ns, iface.name) !== undefined) return 'one end of a veth pair: a virtual cable between two network namespaces';
  if (iface.linkIndex !== undefined && !ns.isHost) return 'one end of a veth pair, whose other end is in another namespace';
  return 'a network card, or what the virtual machine shows as one: by it the host reaches other machines';
}

function otherEnd(machine: Machine, { ns, iface }: Located): ExplanationLine[] {
  const peer = machine.peer(ns, iface.name);
  if (peer !== undefined) {
    const at = `${iface.name}@if${peer.iface.index}`;
    return [
      line(
        `its other end is ${nameOf(peer)}: interface ${peer.iface.index} there, which is what the "@if${peer.iface.index}" in "${at}" says`,
        peer.iface.origin,
      ),
      line(`seen from there, the cable leads to interface ${iface.index}, which is this one`, iface.origin),
    ];
  }
  const lower = machine.lower(ns, iface.name);
  if (lower !== undefined) return [line(`it sits on ${nameOf(lower)}`, lower.iface.origin)];
  if (iface.linkIndex === undefined) return [];
  const id = iface.linkNetnsId === undefined ? '' : ` (link-netnsid ${iface.linkNetnsId})`;
  return [
    line(
      `its other end is interface ${iface.linkIndex} of another namespace${id}, whose listing is not in the snapshot: collect that container's, or look for "ip addr" lines that begin with "${iface.linkIndex}:"`,
    ),
  ];
}

/** Why an interface carries nothing. */
export function whyDown({ iface }: Located): readonly string[] {
  if (!iface.up) return [`it is switched off: nobody ran \`ip link set ${iface.name} up\``];
  if (iface.carrier) return [];
  switch (iface.detail.kind) {
    case 'bridge':
      return [
        `it is switched on (UP), but a bridge has a link only while one of its ports has: no port is up, so it shows NO-CARRIER and state DOWN`,
        'that is harmless: the first container that is attached brings it up',
      ];
    case 'veth':
      return ['it is switched on, but the other end of the cable is not'];
    default:
      return ['it is switched on, but there is no link: no cable, or nothing at its other end'];
  }
}

function stateLines(located: Located): ExplanationLine[] {
  const { iface } = located;
  const flags = [iface.up ? 'UP' : 'not UP', iface.carrier ? 'LOWER_UP (it has a link)' : 'NO-CARRIER (it has no link)'];
  const why = whyDown(located);
  return [
    line(`${flags.join(', ')}${iface.operstate === undefined ? '' : `; state ${iface.operstate}`}`, iface.origin),
    ...why.map((text) => line(text)),
    ...(iface.flags.includes('M-DOWN') ? [line('M-DOWN says that the other end was down when this was listed')] : []),
  ];
}

function addressLines({ iface }: Located): ExplanationLine[] {
  return iface.addresses.map(({ ip, prefixLength, scope }) => {
    const subnet = formatPrefix(prefixOf(ip, prefixLength));
    const what =
      scope === 'link'
        ? 'a link-local address, valid on this link alone'
        : scope === 'host'
          ? 'valid inside this namespace alone'
          : `in the subnet ${subnet}`;
    return line(`${formatIp(ip)}/${prefixLength}: ${what}`, iface.origin);
  });
}

function routeLines({ ns, iface }: Located): ExplanationLine[] {
  const routes = ns.netns.routes.filter((r) => r.table === 254 && r.nexthops.some((hop) => hop.dev === iface.name));
  return routes.map((route) => {
    const stale = iface.carrier && route.nexthops.some((hop) => hop.flags.includes('linkdown'));
    const note = stale
      ? ': it is marked linkdown although the interface has a link; the two listings were taken at different moments, and the kernel takes the mark away when the link comes'
      : '';
    return line(`${route.text}${note}`, route.origin);
  });
}

/** What interfaces of any kind have in common. */
export function commonSections(machine: Machine, located: Located): readonly (readonly ExplanationSection[])[] {
  const { ns, iface } = located;
  const listeners = ns.netns.sockets.filter((s) => s.ip !== undefined && iface.addresses.some((a) => a.ip === s.ip) && iface.name !== 'lo');
  return [
    section(iface.up && iface.carrier ? 'Its state' : 'Why is it down?', stateLines(located)),
    section('Its addresses', addressLines(located)),
    section('Routes that lead out by it', routeLines(located)),
    section(
      'Sockets bound to its addresses',
      listeners.map((s) => line(`${s.proto} ${s.port}${s.process === undefined ? '' : ` (${s.process})`}`, s.origin)),
    ),
    section('What the listings disagree on', contradictions(machine, iface.name)),
  ];
}

function portLines(machine: Machine, { ns, iface }: Located): ExplanationLine[] {
  const port = ns.ports.get(iface.name);
  const bridge = port?.bridge ?? iface.master;
  if (bridge === undefined) return [];
  const network = machine.host.networks.find((n) => n.bridge === bridge);
  return [
    line(
      `it is plugged into ${bridge}${network === undefined ? '' : `, the bridge of the network ${network.name}`}, as one of its ports${port === undefined ? '' : ` (${port.state})`}`,
      port?.origin ?? iface.origin,
    ),
    line('a frame that comes in by it is given to that bridge; it has no IP address of its own because it needs none'),
  ];
}

function containersOf(machine: Machine, located: Located): ExplanationLine[] {
  const peer = machine.peer(located.ns, located.iface.name);
  const here = [located, ...(peer === undefined ? [] : [peer])].filter((one) => !one.ns.isHost);
  return here.map((one) => {
    const names = machine.host.containers.filter((c) => c.netns === one.ns.name).map((c) => c.name);
    return line(
      `${nameOf(one)} is how ${names.length === 0 ? `the container ${one.ns.name}` : names.join(', ')} reaches its network`,
      one.iface.origin,
    );
  });
}

/** @returns what an interface is, where it leads, and why it is down where it is. */
export function explainInterface(machine: Machine, located: Located): Explanation {
  const { iface } = located;
  if (iface.detail.kind === 'bridge') return explainBridge(machine, located, commonSections(machine, located));
  const sections = [
    section('Where does it lead?', [...otherEnd(machine, located), ...portLines(machine, located), ...containersOf(machine, located)]),
    ...commonSections(machine, located),
  ];
  const number = iface.index === 0 ? '' : ` (interface ${iface.index})`;
  return explanation('interface', nameOf(located), `${iface.name}${number} is ${kindWords(located, machine)}.`, sections, iface.origin);
}

/** @returns the interfaces of the host whose subnet holds an address. */
export function nearestInterface(machine: Machine, ip: number | bigint): Located | undefined {
  for (const ns of machine.namespaces.values())
    for (const iface of ns.interfaces.values())
      if (ns.isHost && iface.addresses.some((a) => a.scope !== 'link' && contains(prefixOf(a.ip, a.prefixLength), ip)))
        return { ns, iface };
  return undefined;
}
