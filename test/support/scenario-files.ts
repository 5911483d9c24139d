import { parsePrefix, prefixOf, formatPrefix } from '../../src/address/ip.js';
import type { Scenario, ScenarioNetns } from '../kernel/generate/scenario.js';
import { snapshotFiles, type Link, type Space } from './host-builder.js';

/** A device as the commands of a scenario make it; index and peers follow from the order they are made in. */
interface Device {
  readonly netns: string;
  readonly name: string;
  readonly index: number;
  readonly kind: string;
  readonly mac?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  peer?: Device;
}

const word = (line: string, after: string): string | undefined => new RegExp(`(?:^| )${after} (\\S+)`).exec(line)?.[1];

/** @returns every device that the scenario's first commands make. */
function devicesOf({ base, namespaces }: Scenario): readonly Device[] {
  const made: Device[] = [];
  const add = (netns: string, name: string, kind: string, mac?: string, data?: Device['data']): Device => {
    const device: Device = { netns, name, kind, index: made.length + 2, ...(mac !== undefined && { mac }), ...(data && { data }) };
    made.push(device);
    return device;
  };
  for (const line of base) {
    if (!line.startsWith('link add')) continue;
    const [near = '', far] = line.split(' peer ');
    const mac = word(near, 'address');
    const one = add(word(near, 'netns') ?? 'host', word(near, 'name') ?? '', word(near, 'type') ?? 'veth', mac);
    if (far === undefined) continue;
    one.peer = add(word(far, 'netns') ?? 'host', word(far, 'name') ?? '', 'veth', word(far, 'address'));
    one.peer.peer = one;
  }
  for (const line of namespaces[0]?.stacked ?? []) {
    const [, kind = '', , mode] = / type (\S+)( mode (\S+))?/.exec(line) ?? [];
    const lower = made.find((d) => d.netns === 'host' && d.name === word(line, 'link'));
    const device = add(word(line, 'netns') ?? '', word(line, 'name') ?? '', kind, word(line, 'address') ?? lower?.mac, { mode });
    if (lower !== undefined) device.peer = lower;
  }
  return made.filter((d) => d.netns !== 'router');
}

/** What the last command says of a device. */
const isDown = (name: string, space: ScenarioNetns): boolean =>
  space.ip.findLast((line) => new RegExp(`^link set dev ${name} (?:up|down)$`).test(line))?.endsWith(' down') === true;

function linkOf(device: Device, space: ScenarioNetns, ids: ReadonlyMap<string, number>): Link {
  const { name, index, kind, mac, data, peer } = device;
  const lines = space.ip.filter((line) => word(line, 'dev') === name);
  const addrs = lines.flatMap((line) => (line.startsWith('addr add') ? (word(line, 'addr add') ?? []) : []));
  const master = lines.map((line) => word(line, 'master')).find((one) => one !== undefined);
  const filtering = lines.some((line) => line.includes('vlan_filtering 1'));
  const settings = kind === 'bridge' ? { vlan_filtering: filtering ? 1 : 0, vlan_default_pvid: 1 } : data;
  const nsid = peer === undefined || peer.netns === device.netns ? undefined : ids.get(peer.netns);
  return {
    name,
    index,
    kind,
    addrs,
    ...(mac !== undefined && { mac }),
    ...(settings !== undefined && { data: settings }),
    ...(master !== undefined && { master }),
    ...(isDown(name, space) && { down: true }),
    ...(peer !== undefined && kind !== 'bridge' && { peer: peer.index }),
    ...(nsid !== undefined && { nsid }),
  };
}

/** The routes that the kernel adds for the addresses of a namespace. */
function connected(links: readonly Link[], family: 4 | 6): readonly string[] {
  return links
    .filter((link) => link.down !== true)
    .flatMap((link) =>
      (link.addrs ?? []).flatMap((text) => {
        const net = parsePrefix(text);
        if (net === undefined || (typeof net.addr === 'number') !== (family === 4)) return [];
        const [address = ''] = text.split('/');
        const prefix = formatPrefix(prefixOf(net.addr, net.length));
        return [`${prefix} dev ${link.name} proto kernel ${family === 4 ? `scope link src ${address}` : 'metric 256 pref medium'}`];
      }),
    );
}

function ruleLines(lines: readonly string[], usual: readonly string[]): readonly string[] {
  const added = lines.flatMap((line) => {
    const found = /^rule add (.*?) pref (\d+) (.*)$/.exec(line);
    if (found === null) return [];
    const [, selector = '', pref = '', action = ''] = found;
    const what = /^(?:from|not)/.test(selector) ? selector : `from all ${selector}`;
    return [`${pref}: ${what} ${action === 'lookup 254' ? 'lookup main' : action}`];
  });
  return [...usual, ...added].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

const LOCAL_MAIN = ['0: from all lookup local', '32766: from all lookup main'];

function routesOf(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => (line.startsWith('route add ') ? [line.slice('route add '.length).replace(/^unicast /, '')] : []));
}

function vlansOf(space: ScenarioNetns, links: readonly Link[]): NonNullable<Space['vlans']> {
  const filtering = new Set(links.filter((l) => l.data?.['vlan_filtering'] === 1).map((l) => l.name));
  return links
    .filter((l) => filtering.has(l.name) || filtering.has(l.master ?? ''))
    .flatMap((l) => {
      const own = space.bridge.filter((line) => word(line, 'dev') === l.name);
      const added = own.find((line) => line.startsWith('vlan add'));
      const flags = ['pvid', 'untagged'].filter((flag) => added?.split(' ').includes(flag));
      const takesPvid = flags.includes('pvid');
      const first = own.some((line) => line.startsWith('vlan del'))
        ? []
        : [{ dev: l.name, vid: 1, flags: takesPvid ? ['Egress Untagged'] : ['PVID', 'Egress Untagged'] }];
      const names = flags.map((flag) => (flag === 'pvid' ? 'PVID' : 'Egress Untagged'));
      return [...first, ...(added === undefined ? [] : [{ dev: l.name, vid: 10, flags: names }])];
    });
}

function spaceOf(space: ScenarioNetns, devices: readonly Device[], ids: ReadonlyMap<string, number>, proxied: ReadonlySet<number>): Space {
  const links = devices.filter((d) => d.netns === space.name).map((d) => linkOf(d, space, ids));
  const tables = (family: 4 | 6): Record<string, readonly string[]> =>
    Object.fromEntries(
      space.tables
        .filter((t) => t.family === family)
        .map((t) => [
          t.name,
          [
            ...t.chains.map((c) => (c.policy === undefined ? `-N ${c.name}` : `-P ${c.name} ${c.policy}`)),
            ...t.chains.flatMap((c) => c.rules),
          ],
        ]),
    );
  const flagsOf = (dev: string): readonly string[] =>
    space.bridge.flatMap((line) =>
      word(line, 'dev') === dev && line.startsWith('link set') ? ['hairpin', 'isolated'].filter((f) => line.includes(`${f} on`)) : [],
    );
  const ports = links.flatMap((l) => (l.master === undefined ? [] : [{ dev: l.name, bridge: l.master, flags: flagsOf(l.name) }]));
  const vlans = vlansOf(space, links);
  return {
    links,
    routes: [...connected(links, 4), ...routesOf(space.ip)],
    routes6: [...connected(links, 6), ...routesOf(space.ip6)],
    rules: ruleLines(space.ip, [...LOCAL_MAIN, '32767: from all lookup default']),
    rules6: ruleLines(space.ip6, LOCAL_MAIN),
    iptables: tables(4),
    ip6tables: tables(6),
    listen: space.listeners.map(({ proto, family, ip, dualStack, port, dial, mute }) => {
      const stands = dial !== undefined || (space.name === 'host' && proto === 'tcp' && ip === undefined && proxied.has(port));
      const process = stands ? ' docker-proxy' : mute === true ? ' dockerd' : '';
      if (ip !== undefined) return `${proto} ${ip.includes(':') ? `[${ip}]` : ip}:${port}${process}`;
      return `${proto} ${family === 4 ? '0.0.0.0' : dualStack ? '*' : '[::]'}:${port}${process}`;
    }),
    sysctl: Object.fromEntries(space.sysctls.map(([key, value]) => [key, Number(value)])),
    ...(ports.length > 0 && { ports }),
    ...(vlans.length > 0 && { vlans }),
    files: { 'ipset-save.txt': space.ipset.length === 0 ? undefined : `${space.ipset.join('\n')}\n` },
  };
}

/**
 * @param proxied ports of the host that a docker-proxy takes, beside those that say so themselves.
 * @returns the files that the listings of a scenario's host would be, without a kernel that runs its commands.
 */
export function scenarioFiles(scenario: Scenario, proxied: ReadonlySet<number> = new Set()): Map<string, string> {
  const devices = devicesOf(scenario);
  const ids = new Map(['host', ...scenario.namespaces.map((n) => n.name).filter((n) => n !== 'host')].map((name, i) => [name, i]));
  const spaces = Object.fromEntries(scenario.namespaces.map((n) => [n.name, spaceOf(n, devices, ids, proxied)]));
  return snapshotFiles(spaces, scenario.docker);
}
