import type { Host } from '../../model/host.js';
import type { LinkDetail, NetInterface } from '../../model/link.js';
import { HOST_NETNS, type NetnsName } from '../../model/netns.js';
import { words, type CommandWords } from '../write/words.js';
import type { Gap, PlanLine, OutsideWire } from './plan.js';
import { OUTSIDE } from './plan.js';

/** The other end of each veth, by `${netns}/${iface}`. */
export type Peers = ReadonlyMap<string, { readonly netns: string; readonly iface: string }>;

export interface LinkPlan {
  readonly base: readonly PlanLine[];
  readonly stacked: ReadonlyMap<string, readonly PlanLine[]>;
  readonly uplinks: readonly OutsideWire[];
  readonly gaps: readonly Gap[];
}

interface Place {
  readonly netns: NetnsName;
  readonly iface: NetInterface;
}

/** Namespace names may hold what a file name cannot; the sandbox numbers them. */
export type TwinName = (netns: string) => string;

const common = ({ iface }: Place): CommandWords => [
  ...words`index ${iface.index}`,
  ...(iface.mac !== undefined ? words`address ${iface.mac}` : []),
  ...(iface.mtu > 0 ? words`mtu ${iface.mtu}` : []),
  // a name of the host's own (/etc/iproute2/group) means nothing here
  ...(iface.group !== undefined && /^[1-9]\d*$/.test(iface.group) ? words`group ${iface.group}` : []),
];

const where = (place: Place): string => `${place.netns}: interface ${place.iface.name}`;

function bridgeOptions(detail: LinkDetail & { kind: 'bridge' }): CommandWords {
  return detail.vlanFiltering ? words`type bridge vlan_filtering 1 vlan_default_pvid ${detail.vlanDefaultPvid}` : words`type bridge`;
}

function vethPair(a: Place, b: Place, ns: TwinName): PlanLine {
  const near = words`link add name ${a.iface.name} ${common(a)} netns ${ns(a.netns)}`;
  return { words: words`${near} type veth peer name ${b.iface.name} ${common(b)} netns ${ns(b.netns)}`, what: `${where(a)} - ${where(b)}` };
}

/** A device that needs no neighbour sends to its own address: the far end has the same one. */
function uplinkPair(place: Place, uplink: OutsideWire, ns: TwinName): PlanLine {
  const far = uplink.noarp && uplink.mac !== undefined ? words`address ${uplink.mac}` : [];
  const near = words`link add name ${place.iface.name} ${common(place)} netns ${ns(place.netns)}`;
  return { words: words`${near} type veth peer name ${uplink.far} ${far} netns ${ns(OUTSIDE)}`, what: where(place) };
}

/** Device of another on which this one stands: in its own namespace, or for a container's in the host's. */
function lowerOf(host: Host, place: Place): Place | undefined {
  const home = place.iface.linkNetnsId === undefined ? place.netns : HOST_NETNS;
  const iface = host.netns
    .get(home)
    ?.interfaces.find((i) => i.name === place.iface.linkName || (place.iface.linkName === undefined && i.index === place.iface.linkIndex));
  return iface && { netns: home, iface };
}

function stackedType(detail: LinkDetail): CommandWords | undefined {
  switch (detail.kind) {
    case 'vlan':
      return words`type vlan id ${detail.vid}`;
    case 'macvlan':
      return words`type macvlan mode ${detail.mode}`;
    case 'ipvlan':
      return words`type ipvlan mode ${detail.mode} ${detail.flag === '' ? [] : detail.flag}`;
    default:
      return undefined;
  }
}

/** ipvlan shares its lower device's address. */
function stackedLine(place: Place, lower: Place, ns: TwinName, type: CommandWords): PlanLine {
  const mac = place.iface.detail.kind === 'ipvlan' || place.iface.mac === undefined ? [] : words`address ${place.iface.mac}`;
  const { name, index } = place.iface;
  return {
    words: words`link add link ${lower.iface.name} name ${name} index ${index} ${mac} netns ${ns(place.netns)} ${type}`,
    what: where(place),
  };
}

/** Gathers the plan while it goes over the interfaces. */
class Planner {
  readonly base: PlanLine[] = [];
  readonly stacked = new Map<string, PlanLine[]>();
  readonly uplinks: OutsideWire[] = [];
  readonly gaps: Gap[] = [];
  private readonly paired = new Set<string>();

  constructor(
    private readonly host: Host,
    private readonly peers: Peers,
    private readonly ns: TwinName,
  ) {}

  add(place: Place): void {
    const { detail } = place.iface;
    switch (detail.kind) {
      case 'loopback':
        return;
      case 'bridge':
        this.base.push({
          words: words`link add name ${place.iface.name} ${common(place)} netns ${this.ns(place.netns)} ${bridgeOptions(detail)}`,
          what: where(place),
        });
        return;
      case 'vlan':
      case 'macvlan':
      case 'ipvlan':
        return this.addStacked(place, stackedType(detail) ?? []);
      case 'vxlan': {
        const remote = detail.remote === undefined ? [] : ['nolearning'];
        this.base.push({
          words: words`link add name ${place.iface.name} ${common(place)} netns ${this.ns(place.netns)} type vxlan id ${detail.vni} dstport ${detail.port} ${remote}`,
          what: where(place),
        });
        return;
      }
      case 'veth':
      case 'ether':
        return this.addWire(place);
      case 'other':
        return this.addOther(place, detail.name);
    }
  }

  private addStacked(place: Place, type: CommandWords): void {
    const lower = lowerOf(this.host, place);
    if (lower === undefined) {
      this.gaps.push({ what: where(place), why: 'its lower device is not in the snapshot; it stands as a wire of its own' });
      return this.addUplink(place, false);
    }
    const lines = this.stacked.get(lower.netns) ?? [];
    this.stacked.set(lower.netns, [...lines, stackedLine(place, lower, this.ns, type)]);
  }

  private addWire(place: Place): void {
    const key = `${place.netns}/${place.iface.name}`;
    const end = this.peers.get(key);
    const iface = end && this.host.netns.get(end.netns)?.interfaces.find((i) => i.name === end.iface);
    if (end === undefined || iface === undefined) return this.addUplink(place, place.iface.flags.includes('NOARP'));
    if (this.paired.has(key)) return;
    this.paired.add(`${end.netns}/${end.iface}`);
    this.base.push(vethPair(place, { netns: end.netns, iface }, this.ns));
  }

  private addOther(place: Place, kind: string): void {
    if (kind === 'dummy') {
      this.base.push({
        words: words`link add name ${place.iface.name} ${common(place)} netns ${this.ns(place.netns)} type dummy`,
        what: where(place),
      });
      return;
    }
    this.gaps.push({ what: where(place), why: `a ${kind} device cannot be rebuilt; a plain wire stands for it` });
    this.addUplink(place, place.iface.flags.includes('NOARP') || place.iface.flags.includes('POINTOPOINT'));
  }

  private addUplink(place: Place, noarp: boolean): void {
    const uplink = {
      netns: place.netns,
      iface: place.iface.name,
      far: `far${this.uplinks.length}`,
      mac: place.iface.mac,
      carrier: place.iface.carrier,
      noarp,
    };
    this.uplinks.push(uplink);
    this.base.push(uplinkPair(place, uplink, this.ns));
  }
}

/** @returns the commands that make every interface of every namespace, and which of them lead outside. */
export function planLinks(host: Host, peers: Peers, ns: TwinName): LinkPlan {
  const planner = new Planner(host, peers, ns);
  for (const netns of host.netns.values()) for (const iface of netns.interfaces) planner.add({ netns: netns.name, iface });
  return planner;
}
