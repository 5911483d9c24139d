import { bridgeMaker } from '../inventory/index.js';
import type { BridgePort, LinkDetail, NetInterface } from '../model/link.js';
import type { Problem } from '../model/origin.js';
import type { BrctlBridge } from './parsers/brctl-show.js';
import { DEFAULT_PORT } from './parsers/link-fields.js';

/** What each listing of a namespace says about its bridges. */
export interface BridgeKnowledge {
  readonly interfaces: readonly NetInterface[];
  /** Port flags that `ip -d addr` shows. */
  readonly slavePorts: readonly BridgePort[];
  /** `bridge link`. */
  readonly ports: readonly BridgePort[];
  readonly brctl: readonly BrctlBridge[];
  /** The listing of interfaces is of a form that shows no ports. */
  readonly hidesPorts: boolean;
}

const DEFAULT_BRIDGE: LinkDetail = { kind: 'bridge', vlanFiltering: false, vlanDefaultPvid: 1 };

/** Ports by interface: `bridge -d link` before `ip -d`, that before `bridge link`, that before a bare `master`, that before brctl. */
function portsOf(known: BridgeKnowledge, isBridge: (name: string) => boolean): BridgePort[] {
  const masters = known.interfaces.flatMap((iface): BridgePort[] =>
    iface.master !== undefined && isBridge(iface.master)
      ? [{ iface: iface.name, bridge: iface.master, ...DEFAULT_PORT, switchesUnshown: true, origin: iface.origin }]
      : [],
  );
  const listed = known.brctl.flatMap((bridge) =>
    bridge.ports.map(({ iface, origin }): BridgePort => ({ iface, bridge: bridge.name, ...DEFAULT_PORT, switchesUnshown: true, origin })),
  );
  const ports = new Map<string, BridgePort>();
  const shown = known.ports.filter(({ switchesUnshown }) => switchesUnshown !== true);
  for (const port of [...shown, ...known.slavePorts, ...known.ports, ...masters, ...listed])
    if (!ports.has(port.iface)) ports.set(port.iface, port);
  return [...ports.values()];
}

/** Where brctl and `ip addr` name different bridges for one port. */
function contradictions(known: BridgeKnowledge): Problem[] {
  // what a listing cannot show, it does not deny
  if (known.hidesPorts) return [];
  const byName = new Map(known.interfaces.map((iface) => [iface.name, iface]));
  return known.brctl.flatMap((bridge) =>
    bridge.ports.flatMap(({ iface: port, origin }): Problem[] => {
      const iface = byName.get(port);
      if (iface === undefined || iface.master === bridge.name) return [];
      const other = iface.master === undefined ? 'to no bridge' : `to ${iface.master}`;
      const message = `brctl puts ${port} into ${bridge.name}, ${iface.origin.file}:${iface.origin.line} ${other}: the latter is used`;
      return [{ origin, text: `${bridge.name} ${port}`, message, kind: 'contradiction' }];
    }),
  );
}

/** A plain `ip addr` shows a bridge or veth as any Ethernet device: other listings and the name tell. */
function withKind(iface: NetInterface, isBridge: (name: string) => boolean): NetInterface {
  if (iface.detail.kind !== 'ether') return iface;
  if (isBridge(iface.name) && iface.linkIndex === undefined) return { ...iface, detail: DEFAULT_BRIDGE };
  return /^veth/.test(iface.name) && iface.linkIndex !== undefined ? { ...iface, detail: { kind: 'veth' } } : iface;
}

/** @returns interfaces with their kinds, the ports of all bridges, and where listings contradict each other. */
export function bridgesOf(
  known: BridgeKnowledge,
  bridgeNames: ReadonlySet<string>,
): { readonly interfaces: readonly NetInterface[]; readonly ports: readonly BridgePort[]; readonly problems: readonly Problem[] } {
  const masters = new Set(known.interfaces.flatMap((iface) => iface.master ?? []));
  const named = new Set([...known.ports, ...known.slavePorts].map((port) => port.bridge).concat(known.brctl.map((bridge) => bridge.name)));
  const kinds = new Map(known.interfaces.map((iface) => [iface.name, iface.detail.kind]));
  const isBridge = (name: string): boolean => {
    const kind = kinds.get(name);
    if (kind === 'bridge') return true;
    return (
      (kind === 'ether' || kind === undefined) &&
      (masters.has(name) || named.has(name) || bridgeNames.has(name) || bridgeMaker(name) !== undefined)
    );
  };
  const interfaces = known.interfaces.map((iface) => withKind(iface, isBridge));
  return { interfaces, ports: portsOf(known, isBridge), problems: contradictions(known) };
}
