import type { Host, Netns } from '../model/host.js';
import type { SysctlValue } from '../model/setting.js';
import type { Route } from '../model/link.js';
import { addressRoutes, withRoutes } from './ip/address-routes.js';
import { isOn, refuse, withNetns, type Change } from './change.js';
import { ipv6Off, ipv6On } from './ip/link-state.js';
import { editDistanceAtMost2 } from './spelling.js';

/** Settings that decide where packets go; what a listing does not hold may be set all the same. */
const KNOWN: readonly string[] = [
  'net.ipv4.ip_forward',
  'net.ipv4.icmp_echo_ignore_all',
  'net.ipv4.icmp_errors_use_inbound_ifaddr',
  'net.ipv4.fwmark_reflect',
  'net.ipv6.fwmark_reflect',
  'net.ipv4.tcp_fwmark_accept',
  'net.ipv6.icmp.echo_ignore_all',
  'net.bridge.bridge-nf-call-iptables',
  'net.bridge.bridge-nf-call-ip6tables',
  'net.bridge.bridge-nf-call-arptables',
];
const PER_DEVICE: Readonly<Record<string, readonly string[]>> = {
  ipv4: [
    'forwarding',
    'rp_filter',
    'route_localnet',
    'accept_local',
    'src_valid_mark',
    'proxy_arp',
    'arp_ignore',
    'arp_filter',
    'promote_secondaries',
    'ignore_routes_with_linkdown',
  ],
  ipv6: [
    'forwarding',
    'force_forwarding',
    'disable_ipv6',
    'proxy_ndp',
    'accept_ra',
    'keep_addr_on_down',
    'use_tempaddr',
    'ignore_routes_with_linkdown',
  ],
};

interface Setting {
  readonly name: string;
  /** What `net.ipvN.conf.DEVICE.KEY` names. */
  readonly device?: string;
  readonly family?: 4 | 6;
  readonly key?: string;
}

/** sysctl(8): where the first separator is a slash, slashes part and dots are dots; devices' own dots are printed as slashes. */
function readName(change: Change, written: string): Setting {
  const slashes = /^[^./]+\//.test(written);
  const name = slashes ? written.replace(/[./]/g, (c) => (c === '/' ? '.' : '/')) : written;
  if (!name.startsWith('net.')) refuse(change, `${name} has no part in a packet's path: settings begin with net.`);
  const [, version, device, key] = /^net\.ipv([46])\.conf\.([^.]+)\.([^.]+)$/.exec(name) ?? [];
  if (version === undefined || device === undefined || key === undefined) return { name };
  return { name, family: version === '4' ? 4 : 6, device: device.replaceAll('/', '.'), key };
}

/** A misspelt name would be taken for a setting that changes nothing. */
function checkKnown(change: Change, netns: Netns, { name, device, family, key }: Setting): void {
  if (device !== undefined && device !== 'all' && device !== 'default' && !netns.interfaces.some((i) => i.name === device))
    refuse(change, `${change.netns} has no interface ${device}`);
  const known = device === undefined ? KNOWN.includes(name) : (PER_DEVICE[`ipv${family ?? 4}`] ?? []).includes(key ?? '');
  if (known || netns.sysctl.has(name)) return;
  const near = [...KNOWN, ...netns.sysctl.keys()].find((other) => editDistanceAtMost2(other, name));
  refuse(
    change,
    near === undefined
      ? `${name} is neither listed in sysctl.txt nor a setting that is known to decide a packet's path`
      : `there is no setting ${name}; ${near} is meant?`,
  );
}

/** inet_forward_change, addrconf_fixup_forwarding, addrconf_disable_change: settings that the kernel copies to every device. */
function copies({ name, device, family, key }: Setting, netns: Netns): readonly string[] {
  const devices = ['all', 'default', ...netns.interfaces.map((i) => i.name.replaceAll('.', '/'))];
  if (name === 'net.ipv4.ip_forward' || (family === 4 && device === 'all' && key === 'forwarding'))
    return ['net.ipv4.ip_forward', ...devices.map((dev) => `net.ipv4.conf.${dev}.forwarding`)];
  const spreads = key === 'forwarding' || key === 'disable_ipv6' || key === 'ignore_routes_with_linkdown';
  if (family === 6 && device === 'all' && spreads) return devices.map((dev) => `net.ipv6.conf.${dev}.${key}`);
  if (family !== 4 || device !== 'default' || key === 'forwarding') return [];
  // devinet_copy_dflt_conf: devices that were given no address yet follow (ipv4_devconf_setall)
  const bare = netns.interfaces.filter((i) => !i.addresses.some((a) => typeof a.ip === 'number'));
  const old = netns.sysctl.get(name)?.value;
  return bare.map((i) => `net.ipv4.conf.${i.name.replaceAll('.', '/')}.${key ?? ''}`).filter((one) => netns.sysctl.get(one)?.value === old);
}

/** A new `default` reaches no device that has an address: those that the listing leaves out keep the old one. */
function kept({ device, family, key }: Setting, netns: Netns): readonly (readonly [string, SysctlValue])[] {
  const old = device === 'default' ? netns.sysctl.get(`net.ipv${family ?? 4}.conf.default.${key ?? ''}`) : undefined;
  if (old === undefined) return [];
  return netns.interfaces
    .map((i) => `net.ipv${family ?? 4}.conf.${i.name.replaceAll('.', '/')}.${key ?? ''}`)
    .filter((name) => !netns.sysctl.has(name))
    .map((name) => [name, old]);
}

/** dev_forward_change: a router answers to its networks' anycast addresses. */
function withAnycast(change: Change, netns: Netns): Netns {
  const routes = netns.interfaces.flatMap((iface): readonly Route[] =>
    isOn(netns, `net.ipv6.conf.${iface.name}.forwarding`)
      ? iface.addresses.filter((a) => typeof a.ip === 'bigint').flatMap((a) => addressRoutes(change, netns, iface, a))
      : [],
  );
  const anycast = routes.filter((r) => r.type === 'anycast');
  const texts = new Set(anycast.map((r) => r.text));
  const left = netns.routes.filter((r) => r.type !== 'anycast' || r.family !== 6 || texts.has(r.text));
  return { ...netns, routes: withRoutes(left, anycast) };
}

function settled(change: Change, before: Netns, after: Netns, { family, key }: Setting): Netns {
  if (family !== 6) return after;
  if (key === 'forwarding') return withAnycast(change, after);
  if (key !== 'disable_ipv6') return after;
  return after.interfaces.reduce((sofar, { name }) => {
    const setting = `net.ipv6.conf.${name}.disable_ipv6`;
    if (isOn(before, setting) === isOn(after, setting)) return sofar;
    return isOn(after, setting) ? ipv6Off(sofar, name) : ipv6On(change, sofar, name);
  }, after);
}

/** `sysctl [-w] NAME=VALUE …`; `net/ipv4/ip_forward` is read as well. Writing `all` or ip_forward reaches every device, as the kernel does. */
export function applySysctl(host: Host, change: Change): Host {
  const pairs = change.words.slice(1).filter((word) => !/^(?:-[wqen]+|--write|--quiet)$/.test(word));
  if (pairs.length === 0) refuse(change, 'write it as sysctl NAME=VALUE');
  return pairs.reduce((sofar, pair) => {
    const [, written = '', value = ''] = /^([\w./:@-]+)\s*=\s*(\S.*)$/.exec(pair) ?? refuse(change, `"${pair}" is not NAME=VALUE`);
    const setting = readName(change, written);
    return withNetns(sofar, change.netns, (netns) => {
      checkKnown(change, netns, setting);
      const sysctl = new Map([...netns.sysctl, ...kept(setting, netns)]);
      for (const name of [setting.name, ...copies(setting, netns)]) sysctl.set(name, { value, origin: change.origin });
      return settled(change, netns, { ...netns, sysctl }, setting);
    });
  }, host);
}

const BRIDGE_FILTER = ['net.bridge.bridge-nf-call-iptables', 'net.bridge.bridge-nf-call-ip6tables', 'net.bridge.bridge-nf-call-arptables'];

/** `modprobe br_netfilter`: its settings are there then, each 1 (br_netfilter_sysctl_default). */
export function applyModprobe(host: Host, change: Change): Host {
  const names = change.words.slice(1);
  if (names.length !== 1 || names[0]?.replaceAll('-', '_') !== 'br_netfilter')
    refuse(change, 'of kernel modules, br_netfilter is understood: others change nothing that a listing shows');
  return withNetns(host, change.netns, (netns) => ({
    ...netns,
    sysctl: new Map([...BRIDGE_FILTER.map((name) => [name, { value: '1', origin: change.origin }] as const), ...netns.sysctl]),
  }));
}
