import type { ListenRequest } from '../../../src/kernel/agent/protocol.js';
import type { Rng } from './rng.js';
import type { ScenarioWire } from './scenario.js';
import { gateway, PORTS, type ContainerSpec, type StackedSpec, type World } from './world.js';

/** The lines of a namespace that do not depend on its rules. */
export interface Lines {
  readonly ip: string[];
  readonly ip6: string[];
  readonly bridge: string[];
  readonly sysctls: [string, string][];
}

/** A link-local address by hand: one that the kernel makes is tentative for a second. */
function device(name: string): string[] {
  const last = [...name].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7) % 0xffff;
  return [`link set dev ${name} addrgenmode none`, `link set dev ${name} up`, `addr add fe80::${last.toString(16)}/64 dev ${name} nodad`];
}

/** @returns the commands that make every device of the host. */
export function baseLines(world: World): string[] {
  const made = ['host', 'router', ...world.containers.map((c) => c.name), ...world.stacked.map((c) => c.name)].map(
    (name) => `netns add ${name}`,
  );
  const bridges = world.bridges.map((b) => `link add name ${b.name} address 02:00:00:00:${b.number}:01 netns host type bridge`);
  const cards = world.containers.flatMap((c) =>
    c.cards.map((card) => `link add name ${card.hostEnd} netns host type veth peer name ${card.name} address ${card.mac} netns ${c.name}`),
  );
  const uplinks = world.uplinks.map(
    (u, i) => `link add name ${u.name} address 02:00:00:00:ff:0${i} netns host type veth peer name far${i} netns router`,
  );
  return [...made, ...bridges, ...cards, ...uplinks];
}

export function wiresOf(world: World): ScenarioWire[] {
  return world.uplinks.map((u, i) => ({
    uplink: { netns: 'host', iface: u.name, far: `far${i}`, mac: `02:00:00:00:ff:0${i}`, carrier: true, noarp: false },
    subnets: [u.subnet4, u.subnet6],
    gateways: [u.gateway4, u.gateway6],
    stations: world.stacked
      .filter((s) => s.lower === u.name)
      .flatMap((s) => [s.v4, s.v6].map((ip) => ({ ip, mac: s.kind.startsWith('macvlan') ? s.mac : `02:00:00:00:ff:0${i}` }))),
  }));
}

/** A port of another VLAN, or of a second one besides. */
function otherVlan(rng: Rng, port: string): string[] {
  const drop = rng.chance(0.5) ? [`vlan del dev ${port} vid 1`] : [];
  return [...drop, `vlan add dev ${port} vid 10${rng.pick([' pvid untagged', ' untagged', ''])}`];
}

/** @returns the `ip` commands that make devices on top of the uplinks, run inside the host's namespace. */
export function stackedLines(world: World): string[] {
  return world.stacked.map((s) => {
    const mac = s.kind.startsWith('macvlan') ? ` address ${s.mac}` : '';
    return `link add link ${s.lower} name eth0${mac} netns ${s.name} type ${s.kind}`;
  });
}

/** @returns what makes the namespace of a container on an uplink. */
export function stackedContainerLines(spec: StackedSpec): Lines {
  const ip = ['link set dev lo up', ...device('eth0'), `addr add ${spec.v4}/24 dev eth0`, `addr add ${spec.v6}/64 dev eth0 nodad`];
  return {
    ip: [...ip, `route add default via ${spec.gateway4} dev eth0`],
    ip6: [`route add default via ${spec.gateway6} dev eth0`],
    bridge: [],
    sysctls: [],
  };
}

/** How often a port of a bridge bears a flag. */
interface PortFlags {
  readonly hairpin: number;
  readonly isolated: number;
}

/** Adds what brings up the host's bridges, their ports and the uplinks. */
export function hostLinks(rng: Rng, world: World, lines: Lines, often: PortFlags = { hairpin: 0.2, isolated: 0.15 }): void {
  for (const bridge of world.bridges) {
    lines.ip.push(...device(bridge.name));
    if (bridge.vlans) lines.ip.push(`link set dev ${bridge.name} type bridge vlan_filtering 1`);
    if (!bridge.routed) continue;
    lines.ip.push(`addr add ${gateway(bridge, 4)}/24 dev ${bridge.name}`);
    if (bridge.v6) lines.ip.push(`addr add ${gateway(bridge, 6)}/64 dev ${bridge.name} nodad`);
  }
  for (const card of world.containers.flatMap((c) => c.cards)) {
    lines.ip.push(
      `link set dev ${card.hostEnd} addrgenmode none`,
      `link set dev ${card.hostEnd} master ${card.bridge}`,
      `link set dev ${card.hostEnd} up`,
    );
    const flags = [...(rng.chance(often.hairpin) ? ['hairpin on'] : []), ...(rng.chance(often.isolated) ? ['isolated on'] : [])];
    const filtering = world.bridges.find((b) => b.name === card.bridge)?.vlans === true;
    if (filtering && rng.chance(0.5)) lines.bridge.push(...otherVlan(rng, card.hostEnd));
    if (flags.length > 0) lines.bridge.push(`link set dev ${card.hostEnd} ${flags.join(' ')}`);
  }
  for (const u of world.uplinks) {
    lines.ip.push(...device(u.name), `addr add ${u.v4}/24 dev ${u.name}`, `addr add ${u.v6}/64 dev ${u.name} nodad`);
  }
}

const OUTSIDE4 = ['203.0.113.0/24', '203.0.113.64/26', '203.0.113.128/25', '100.64.0.0/10', '203.0.113.70/32'];
const OUTSIDE6 = ['2001:db8:8::/64', '2001:db8:9::/64', '2001:db8:8::46/128'];

/** Routes that end a packet or send it elsewhere, in the main table or in one that a rule asks. */
function hostRoutes(rng: Rng, world: World, lines: Lines): void {
  const first = world.uplinks[0];
  if (first === undefined) return;
  if (rng.chance(0.95)) lines.ip.push(`route add default via ${first.gateway4} dev ${first.name}`);
  if (rng.chance(0.9)) lines.ip6.push(`route add default via ${first.gateway6} dev ${first.name}`);
  const other = world.uplinks[1] ?? first;
  const where = (): string => rng.pick(['', '', ' table 100', ' table 101']);
  const metric = (): string => (rng.chance(0.3) ? ` metric ${rng.pick([50, 200, 3000])}` : '');
  for (const [list, nets, via] of [
    [lines.ip, OUTSIDE4, other.gateway4],
    [lines.ip6, OUTSIDE6, other.gateway6],
  ] as const) {
    const taken = new Set<string>();
    for (let n = rng.int(0, 3); n > 0; n--) {
      const type = rng.pick(['blackhole', 'prohibit', 'unreachable', 'throw', 'unicast', 'unicast']);
      const hop = type === 'unicast' ? ` via ${via} dev ${other.name}` : '';
      const net = rng.pick(nets);
      const place = `${where()}${metric()}`;
      if (!taken.has(net + place)) list.push(`route add ${type} ${net}${hop}${place}`);
      taken.add(net + place);
    }
    list.push(`route add default via ${via} dev ${other.name} table 100`);
    if (rng.chance(0.3)) list.push(`route add ${rng.pick(['prohibit', 'unreachable', 'blackhole', 'throw'])} default table 101`);
  }
}

function policyRule(rng: Rng, world: World, family: 4 | 6): string {
  const subnet = (): string => {
    const b = rng.pick(world.bridges);
    return family === 4 ? `172.${b.number}.0.0/24` : `fd00:${b.number}::/64`;
  };
  const selectors = [
    () => `from ${subnet()}`,
    () => `to ${rng.pick(family === 4 ? OUTSIDE4 : OUTSIDE6)}`,
    () => `from all fwmark ${rng.pick(['0x1', '0x2', '0x10/0xf0', '0x3'])}`,
    () => `from all iif ${rng.pick([...world.bridges.map((b) => b.name), 'lo', 'up0'])}`,
    () => `from all oif ${rng.pick(world.uplinks).name}`,
    () => `from all ipproto ${rng.pick(['tcp', 'udp', 'icmp', 'ipv6-icmp'])}`,
    () => `from all ipproto tcp dport ${rng.pick(['80', '443', '20-100'])}`,
    () => `from all to ${subnet()}`,
    () => `not from ${subnet()}`,
  ];
  const table = rng.pick([
    'lookup 100',
    'lookup 100',
    'lookup 101',
    'lookup main suppress_prefixlength 0',
    `lookup main suppress_ifgroup ${rng.pick(['7', 'default'])}`,
    'prohibit',
    'blackhole',
    'unreachable',
    'lookup 254',
  ]);
  return `rule add ${rng.pick(selectors)()} pref ${rng.int(100, 32000)} ${table}`;
}

function hostSysctls(rng: Rng, world: World, lines: Lines): void {
  const set = (key: string, value: string | number): void => void lines.sysctls.push([key, String(value)]);
  set('net.ipv4.ip_forward', rng.chance(0.92) ? 1 : 0);
  set('net.ipv6.conf.all.forwarding', rng.chance(0.9) ? 1 : 0);
  set('net.bridge.bridge-nf-call-iptables', rng.chance(0.75) ? 1 : 0);
  set('net.bridge.bridge-nf-call-ip6tables', rng.chance(0.75) ? 1 : 0);
  const devices = [...world.bridges.map((b) => b.name), ...world.uplinks.map((u) => u.name)];
  if (rng.chance(0.4)) set('net.ipv4.conf.all.rp_filter', rng.pick([0, 1, 2]));
  for (const dev of rng.some(devices, 0.4)) set(`net.ipv4.conf.${dev}.rp_filter`, rng.pick([0, 1, 2]));
  for (const dev of rng.some(['all', ...devices], 0.12)) set(`net.ipv4.conf.${dev}.route_localnet`, 1);
  for (const dev of rng.some(['all', ...devices], 0.1)) set(`net.ipv4.conf.${dev}.accept_local`, 1);
  for (const dev of rng.some(['all', ...devices], 0.1)) set(`net.ipv4.conf.${dev}.src_valid_mark`, 1);
  for (const dev of rng.some(devices, 0.06)) set(`net.ipv4.conf.${dev}.forwarding`, 0);
  for (const dev of rng.some(devices, 0.06)) set(`net.ipv6.conf.${dev}.forwarding`, 0);
  if (rng.chance(0.05)) set('net.ipv4.icmp_echo_ignore_all', 1);
}

/** @returns what makes the host's own namespace, rules apart. */
export function hostLines(rng: Rng, world: World): Lines {
  const lines: Lines = { ip: ['link set dev lo up'], ip6: [], bridge: [], sysctls: [] };
  hostLinks(rng, world, lines);
  for (const dev of rng.some([...world.bridges, ...world.uplinks], 0.3)) lines.ip.push(`link set dev ${dev.name} group 7`);
  hostRoutes(rng, world, lines);
  for (let n = rng.int(0, 3); n > 0; n--) lines.ip.push(policyRule(rng, world, 4));
  for (let n = rng.int(0, 2); n > 0; n--) lines.ip6.push(policyRule(rng, world, 6));
  hostSysctls(rng, world, lines);
  return lines;
}

/** @returns what makes a container's namespace. */
export function containerLines(rng: Rng, world: World, container: ContainerSpec): Lines {
  const lines: Lines = { ip: ['link set dev lo up'], ip6: [], bridge: [], sysctls: [] };
  container.cards.forEach((card, i) => {
    const bridge = world.bridges.find((b) => b.name === card.bridge);
    lines.ip.push(...device(card.name), `addr add ${card.v4}/24 dev ${card.name}`);
    if (card.v6 !== undefined) lines.ip.push(`addr add ${card.v6}/64 dev ${card.name} nodad`);
    if (i > 0 || bridge?.routed !== true || bridge.leadsOut === false) return;
    lines.ip.push(`route add default via ${gateway(bridge, 4)} dev ${card.name}`);
    if (card.v6 !== undefined) lines.ip6.push(`route add default via ${gateway(bridge, 6)} dev ${card.name}`);
  });
  if (rng.chance(0.15)) lines.ip.push(`route add ${rng.pick(['blackhole', 'prohibit', 'unreachable'])} ${rng.pick(OUTSIDE4)}`);
  if (rng.chance(0.15)) lines.sysctls.push(['net.ipv4.conf.all.rp_filter', rng.pick(['1', '2'])]);
  return lines;
}

/** @returns sockets of a namespace, never two that would meet. */
export function randomListeners(rng: Rng, v4: readonly string[]): ListenRequest[] {
  return (['tcp', 'udp'] as const).flatMap((proto) =>
    rng.some(PORTS, 0.7).map((port): ListenRequest => {
      const kind = rng.int(0, 8);
      if (kind < 6) return { proto, family: 6, dualStack: true, port };
      if (kind === 6) return { proto, family: 4, dualStack: false, port };
      if (kind === 7) return { proto, family: 6, dualStack: false, port };
      return { proto, family: 4, dualStack: false, port, ip: rng.pick(['127.0.0.1', ...v4]) };
    }),
  );
}
