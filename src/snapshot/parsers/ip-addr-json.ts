import { addressBits, familyOf } from '../../address/ip.js';
import type { BridgePort, InterfaceAddress, LinkDetail, NetInterface } from '../../model/link.js';
import type { AddrListing } from './addr-listing.js';
import type { JsonView } from './json-view.js';
import { jsonList } from './json-view.js';
import { ADDRESS_FLAGS, addressScope, DEFAULT_PORT, portState } from './link-fields.js';
import { hiddenByFamily } from './hidden-links.js';
import { parseMac, ProblemList, unlessRefused, type Parsed } from './source.js';
import { ALTNAME, DEVICE, IPROUTE_WORD, LINK_KIND } from '../../names/index.js';

function vxlanDetail(data: JsonView | undefined): LinkDetail {
  const local = data?.ip('local') ?? data?.ip('local6');
  const remote = data?.ip('remote') ?? data?.ip('remote6') ?? data?.ip('group') ?? data?.ip('group6');
  return {
    kind: 'vxlan',
    vni: data?.number('id') ?? 0,
    port: data?.number('port') ?? 4789,
    learning: data?.flag('learning') ?? true,
    ...(local === undefined ? {} : { local }),
    ...(remote === undefined ? {} : { remote }),
    ...(data?.flag('proxy') === true ? { proxy: true as const } : {}),
    ...(data?.flag('external') === true ? { external: true as const } : {}),
  };
}

function detailOf(view: JsonView): LinkDetail {
  const info = view.object('linkinfo');
  const kind = info?.name('info_kind', LINK_KIND);
  const data = info?.object('info_data');
  switch (kind) {
    case 'veth':
      return { kind };
    case 'bridge':
      return { kind, vlanFiltering: data?.flag('vlan_filtering') ?? false, vlanDefaultPvid: data?.number('vlan_default_pvid') ?? 1 };
    case 'macvlan':
      return { kind, mode: data?.name('mode', LINK_KIND) ?? 'vepa' };
    case 'ipvlan':
      return { kind, mode: data?.name('mode', LINK_KIND) ?? 'l3', flag: data?.name('mode_flag', LINK_KIND) ?? 'bridge' };
    case 'vlan':
      return { kind, vid: data?.number('id') ?? 0 };
    case 'vxlan':
      return vxlanDetail(data);
    case undefined: {
      // `ip -4 -j addr` leaves the type out, as `ip -4 addr` does
      const type = view.name('link_type', LINK_KIND) ?? (view.strings('flags').includes('LOOPBACK') ? 'loopback' : 'ether');
      return type === 'loopback' || type === 'ether' ? { kind: type } : { kind: 'other', name: type };
    }
    default:
      return { kind: 'other', name: kind };
  }
}

function addressOf(view: JsonView): InterfaceAddress | undefined {
  const family = view.string('family');
  if (family !== undefined && family !== 'inet' && family !== 'inet6') return undefined;
  const ip = view.ip('local');
  const prefixLength = view.number('prefixlen');
  if (ip === undefined || prefixLength === undefined) {
    view.reject('an address without "local" or "prefixlen"');
    return undefined;
  }
  if (!Number.isInteger(prefixLength) || prefixLength < 0 || prefixLength > addressBits(familyOf(ip))) {
    view.complain('prefixlen', 'no address has a prefix of this length');
    return undefined;
  }
  const peer = view.ip('address');
  const flags = [...ADDRESS_FLAGS].filter((flag) => view.has(flag) && view.flag(flag) === true);
  const address = { ip, prefixLength, scope: addressScope(view.word('scope')), flags };
  return peer === undefined ? address : { ...address, peer };
}

function portOf(view: JsonView, iface: string, bridge: string | undefined): BridgePort | undefined {
  const info = view.object('linkinfo');
  if (bridge === undefined || info?.string('info_slave_kind') !== 'bridge') return undefined;
  const data = info.object('info_slave_data');
  const word = data?.word('state');
  const state = portState(word);
  if (word !== undefined && state === undefined) data?.complain('state', `unknown port state ${word}`);
  return {
    iface,
    bridge,
    state: state ?? DEFAULT_PORT.state,
    hairpin: data?.flag('hairpin') ?? DEFAULT_PORT.hairpin,
    isolated: data?.flag('isolated') ?? DEFAULT_PORT.isolated,
    learning: data?.flag('learning') ?? DEFAULT_PORT.learning,
    flood: data?.flag('flood') ?? DEFAULT_PORT.flood,
    origin: view.origin,
  };
}

function interfaceOf(view: JsonView): NetInterface | undefined {
  const name = view.name('ifname', DEVICE);
  const index = view.number('ifindex');
  if (name === undefined || index === undefined) {
    view.reject('an interface without "ifname" or "ifindex"');
    return undefined;
  }
  view.names('altnames', ALTNAME);
  const flags = view.strings('flags');
  const mac = parseMac(view.string('address'));
  const linkIndex = view.number('link_index');
  const linkName = view.name('link', DEVICE);
  const linkNetnsId = view.number('link_netnsid');
  const master = view.name('master', DEVICE);
  const operstate = view.string('operstate');
  const group = view.nameWord('group', IPROUTE_WORD);
  return {
    name,
    index,
    up: flags.includes('UP'),
    carrier: flags.includes('LOWER_UP'),
    flags,
    mtu: view.number('mtu') ?? 1500,
    ...(mac === undefined ? {} : { mac }),
    detail: detailOf(view),
    ...(linkIndex === undefined ? {} : { linkIndex }),
    ...(linkName === undefined ? {} : { linkName }),
    ...(linkNetnsId === undefined ? {} : { linkNetnsId }),
    ...(master === undefined ? {} : { master }),
    ...(operstate === undefined ? {} : { operstate }),
    ...(group === undefined ? {} : { group }),
    ...(view.object('xdp') === undefined ? {} : { xdp: true as const }),
    addresses: view.objects('addr_info').flatMap((info) => addressOf(info) ?? []),
    origin: view.origin,
  };
}

/**
 * A lower device in the same namespace is named (`"link":"eth0"`), not numbered: its index is filled in, as the
 * text listing's reader does.
 */
function withLinkIndexes(interfaces: readonly NetInterface[]): NetInterface[] {
  const byName = new Map(interfaces.map((iface) => [iface.name, iface.index]));
  return interfaces.map((iface) => {
    if (iface.linkIndex !== undefined || iface.linkName === undefined) return iface;
    const linkIndex = byName.get(iface.linkName);
    return linkIndex === undefined ? iface : { ...iface, linkIndex };
  });
}

/** Reads `ip -j [-d] addr show`. */
export function parseAddrJson(text: string, file: string): Parsed<AddrListing> {
  const problems = new ProblemList(file);
  const interfaces: NetInterface[] = [];
  const ports: BridgePort[] = [];
  let linkShown = false;
  for (const view of jsonList(text, problems)) {
    const iface = unlessRefused(() => interfaceOf(view));
    if (iface === undefined) continue;
    interfaces.push(iface);
    linkShown ||= view.string('link_type') !== undefined || iface.mac !== undefined;
    const port = portOf(view, iface.name, iface.master);
    if (port !== undefined) ports.push(port);
  }
  return { data: { interfaces: withLinkIndexes(interfaces), ports }, problems: problems.list, ...hiddenByFamily(interfaces, linkShown) };
}
