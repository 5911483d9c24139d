import type { Family } from '../../../src/address/ip.js';
import type { Rng } from './rng.js';
import type { SetSpec } from './spot.js';
import { WRITTEN } from './targets.js';
import { containerAddresses, hostAddresses, PORTS, type World } from './world.js';

/** A type of ipset: what `create` needs besides, and a member that some flows meet. */
interface SetKind {
  readonly type: string;
  readonly options: string;
  readonly member: () => string;
}

function hashKinds(rng: Rng, world: World, family: Family): readonly SetKind[] {
  const pool = [...containerAddresses(world, family), ...hostAddresses(world, family), ...world.outside[family]];
  const nets = family === 4 ? ['172.16.0.0/12', '203.0.113.0/25', '198.51.100.0/24'] : ['fd00::/16', '2001:db8:8::/64'];
  const macs = world.containers.flatMap((c) => c.cards.map((card) => card.mac));
  const ip = (): string => rng.pick(pool);
  const net = (): string => rng.pick(nets);
  const port = (): string => `${rng.pick(['tcp', 'udp'])}:${rng.pick(PORTS)}`;
  const device = (): string => rng.pick([...world.bridges, ...world.uplinks]).name;
  const options = `family inet${family === 4 ? '' : '6'}`;
  const members: Readonly<Record<string, () => string>> = {
    'hash:ip': ip,
    'hash:net': () => net() + rng.pick(['', '', ' nomatch']),
    'hash:ip,port': () => `${ip()},${port()}`,
    'hash:net,port': () => `${net()},${port()}`,
    'hash:ip,port,ip': () => `${ip()},tcp:${rng.pick(PORTS)},${ip()}`,
    'hash:ip,port,net': () => `${ip()},${port()},${net()}`,
    'hash:net,net': () => `${net()},${net()}`,
    'hash:net,port,net': () => `${net()},${port()},${net()}`,
    'hash:net,iface': () => `${net()},${device()}`,
    'hash:ip,mark': () => `${ip()},${rng.pick(['0x1', '0x2'])}`,
    'hash:ip,mac': () => `${ip()},${rng.pick(macs)}`,
  };
  const kinds = Object.entries(members).map(([type, member]) => ({ type, options, member }));
  return family === 4 ? [...kinds, { type: 'hash:mac', options: '', member: () => rng.pick(macs) }] : kinds;
}

/** Bitmaps are of IPv4 only. */
function bitmapKinds(rng: Rng, world: World): readonly SetKind[] {
  const subnet = `172.${world.bridges[0]?.number ?? 20}.0`;
  const cards = world.containers.flatMap((c) => c.cards).filter((card) => card.v4.startsWith(subnet));
  const pairs = cards.length === 0 ? [`${subnet}.2,02:00:00:00:00:99`] : cards.map((card) => `${card.v4},${card.mac}`);
  return [
    { type: 'bitmap:port', options: 'range 0-10000', member: () => String(rng.pick(PORTS)) },
    { type: 'bitmap:ip', options: `range ${subnet}.0/24`, member: () => `${subnet}.${rng.int(1, 14)}` },
    { type: 'bitmap:ip,mac', options: `range ${subnet}.0/24`, member: () => rng.pick(pairs) },
  ];
}

/** Every type of set the generator makes, with what `create` needs: this machine is asked which it has. */
export function setTypes(rng: Rng, world: World): readonly { readonly type: string; readonly options: string }[] {
  return [...hashKinds(rng, world, 4), ...bitmapKinds(rng, world), { type: 'list:set', options: '' }];
}

/**
 * @param lacking types that the kernel does not have.
 * @returns ipsets with members that the flows meet, and those that only targets write to.
 */
export function randomSets(
  rng: Rng,
  world: World,
  lacking: ReadonlySet<string>,
): { readonly specs: readonly SetSpec[]; readonly lines: readonly string[] } {
  const specs: SetSpec[] = [];
  const lines: string[] = [];
  for (const family of [4, 6] as const) {
    lines.push(`create ${WRITTEN[family]} hash:ip family inet${family === 4 ? '' : '6'}`);
    const kinds = [...hashKinds(rng, world, family), ...(family === 4 ? bitmapKinds(rng, world) : [])];
    for (const { type, options, member } of rng.some(kinds, 0.25)) {
      const name = `s${family}${specs.length}`;
      const members = new Set(rng.times(1, 4, () => `add ${name} ${member()}`));
      if (lacking.has(type)) continue;
      specs.push({ name, type, family });
      lines.push(`create ${name} ${type} ${options}`.trim(), ...members);
    }
  }
  const plain = specs.find((s) => s.type === 'hash:ip' && s.family === 4);
  if (plain !== undefined && rng.chance(0.5) && !lacking.has('list:set')) {
    specs.push({ name: 'many', type: 'list:set', family: 4 });
    lines.push('create many list:set', `add many ${plain.name}`);
  }
  return { specs, lines };
}
