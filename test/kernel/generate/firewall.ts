import type { Family } from '../../../src/address/ip.js';
import { randomConditions, randomProtocol, type Draw, type Hook, type SetSpec, type Spot } from './matches.js';
import type { Rng } from './rng.js';
import type { ScenarioChain, ScenarioTable } from './scenario.js';
import { randomTarget } from './targets.js';
import { containerAddresses, hostAddresses, PORTS, type World } from './world.js';

type TableName = ScenarioTable['name'];

const HOOKS: Readonly<Record<TableName, readonly Hook[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};

/** User chains are shared by hooks that allow the same targets. */
const GROUPS: Readonly<Record<TableName, readonly (readonly Hook[])[]>> = {
  raw: [['PREROUTING', 'OUTPUT']],
  mangle: [['PREROUTING', 'INPUT'], ['FORWARD'], ['OUTPUT', 'POSTROUTING']],
  nat: [['PREROUTING', 'OUTPUT'], ['POSTROUTING'], ['INPUT']],
  filter: [['INPUT', 'FORWARD', 'OUTPUT'], ['INPUT'], ['FORWARD'], ['OUTPUT']],
  security: [['INPUT', 'FORWARD', 'OUTPUT']],
};

interface UserChain {
  readonly name: string;
  readonly hooks: readonly Hook[];
}

function rule(draw: Draw, spot: Spot, targets: readonly UserChain[]): string {
  const { rng } = draw;
  const protocol = randomProtocol(rng);
  const conditions = randomConditions(draw, spot, protocol);
  const reachable = targets.filter((c) => spot.hooks.every((h) => c.hooks.includes(h)));
  const jump = reachable.length > 0 && rng.chance(spot.base ? 0.5 : 0.3);
  const target = jump ? rng.pick(reachable).name : randomTarget(draw, spot, protocol);
  const verb = jump && rng.chance(0.2) ? '-g' : '-j';
  return [`-A ${spot.chain}`, conditions, target === '' ? '' : `${verb} ${target}`].filter((part) => part !== '').join(' ');
}

/** A chain only jumps to those after it: no circles. */
function userChains(rng: Rng, name: TableName): UserChain[] {
  return GROUPS[name].flatMap((hooks, g) =>
    rng.times(0, name === 'filter' ? 2 : 1, (i) => ({ name: `${name[0]!.toUpperCase()}${g}${String.fromCharCode(65 + i)}`, hooks })),
  );
}

/** Neighbour discovery always passes: which entries a kernel holds would otherwise depend on the flows sent before. */
const DISCOVERY = ['135', '136'].map((type) => `-p ipv6-icmp -m icmp6 --icmpv6-type ${type} -j ACCEPT`);

function table(draw: Draw, family: Family, name: TableName, busy: number): ScenarioTable {
  const { rng } = draw;
  const users = userChains(rng, name);
  const base = HOOKS[name].map((hook): ScenarioChain => {
    const spot: Spot = { family, table: name, chain: hook, hooks: [hook], base: true };
    const policy = name === 'filter' && rng.chance(0.14) ? 'DROP' : 'ACCEPT';
    const first = family === 6 && name !== 'nat' ? DISCOVERY.map((match) => `-A ${hook} ${match}`) : [];
    return { name: hook, policy, rules: [...first, ...rng.times(0, busy, () => rule(draw, spot, users))] };
  });
  const chains = users.map((chain, i): ScenarioChain => {
    const spot: Spot = { family, table: name, chain: chain.name, hooks: chain.hooks, base: false };
    return { name: chain.name, rules: rng.times(1, 4, () => rule(draw, spot, users.slice(i + 1))) };
  });
  return { family, name, chains: [...base, ...chains] };
}

/** Rules as Docker writes them: published ports and masquerading. */
function dockerNat(draw: Draw, family: Family): ScenarioTable {
  const { rng, world } = draw;
  const published = containerAddresses(world, family).flatMap((ip) => {
    const port = rng.pick(PORTS);
    const to = family === 4 ? `${ip}:${port}` : `[${ip}]:${port}`;
    return rng.chance(0.6)
      ? [
          `-A DOCKER ${rng.pick(['', '! -i br0 '])}-p ${rng.pick(['tcp', 'tcp', 'udp'])} --dport ${rng.pick([8080, 9000, 80])} -j DNAT --to-destination ${to}`,
        ]
      : [];
  });
  const subnets = world.bridges
    .filter((b) => family === 4 || b.v6)
    .map((b) => ({ net: family === 4 ? `172.${b.number}.0.0/24` : `fd00:${b.number}::/64`, name: b.name }));
  return {
    family,
    name: 'nat',
    chains: [
      { name: 'PREROUTING', policy: 'ACCEPT', rules: ['-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER'] },
      { name: 'INPUT', policy: 'ACCEPT', rules: [] },
      {
        name: 'OUTPUT',
        policy: 'ACCEPT',
        rules: [`-A OUTPUT ${rng.pick(['', family === 4 ? '! -d 127.0.0.0/8 ' : '! -d ::1/128 '])}-m addrtype --dst-type LOCAL -j DOCKER`],
      },
      {
        name: 'POSTROUTING',
        policy: 'ACCEPT',
        rules: subnets.map((s) => `-A POSTROUTING -s ${s.net} ${rng.pick(['! -o', '! -o', '-o'])} ${s.name} -j MASQUERADE`),
      },
      { name: 'DOCKER', rules: published },
    ],
  };
}

/** @returns the tables of a host, some of them as a person would write them. */
export function hostTables(draw: Draw): ScenarioTable[] {
  const { rng } = draw;
  return ([4, 6] as const).flatMap((family) => {
    const names = (['raw', 'mangle', 'filter', 'security'] as const).filter((name) =>
      rng.chance({ raw: 0.35, mangle: 0.5, filter: 0.85, security: 0.15 }[name]),
    );
    const nat = rng.chance(0.45) ? [dockerNat(draw, family)] : rng.chance(0.7) ? [table(draw, family, 'nat', 3)] : [];
    return [...names.map((name) => table(draw, family, name, name === 'filter' ? 4 : 2)), ...nat];
  });
}

/** @returns a few rules of a container's own. */
export function containerTables(draw: Draw): ScenarioTable[] {
  const { rng } = draw;
  if (!rng.chance(0.2)) return [];
  return [table({ ...draw, sets: [] }, rng.pick([4, 4, 6] as const), rng.pick(['filter', 'filter', 'nat', 'mangle'] as const), 2)];
}

/** @returns ipsets with members that the flows meet. */
export function randomSets(rng: Rng, world: World): { readonly specs: readonly SetSpec[]; readonly lines: readonly string[] } {
  const specs: SetSpec[] = [];
  const lines: string[] = [];
  for (const family of [4, 6] as const) {
    const inet = family === 4 ? 'inet' : 'inet6';
    const pool = [...containerAddresses(world, family), ...hostAddresses(world, family), ...world.outside[family]];
    const nets = family === 4 ? ['172.16.0.0/12', '203.0.113.0/25', '198.51.100.0/24'] : ['fd00::/16', '2001:db8:8::/64'];
    const members: Readonly<Record<string, () => string>> = {
      'hash:ip': () => rng.pick(pool),
      'hash:net': () => rng.pick(nets) + rng.pick(['', '', ' nomatch']),
      'hash:ip,port': () => `${rng.pick(pool)},${rng.pick(['tcp', 'udp'])}:${rng.pick(PORTS)}`,
      'hash:net,port': () => `${rng.pick(nets)},${rng.pick(['tcp', 'udp'])}:${rng.pick(PORTS)}`,
      'hash:ip,port,ip': () => `${rng.pick(pool)},tcp:${rng.pick(PORTS)},${rng.pick(pool)}`,
    };
    for (const type of rng.some(Object.keys(members), 0.35)) {
      const name = `s${family}${specs.length}`;
      specs.push({ name, type, family });
      lines.push(`create ${name} ${type} family ${inet}`, ...new Set(rng.times(1, 4, () => `add ${name} ${members[type]!()}`)));
    }
  }
  if (rng.chance(0.2)) {
    specs.push({ name: 'ports', type: 'bitmap:port', family: 4 });
    lines.push('create ports bitmap:port range 0-10000', ...new Set(rng.times(1, 3, () => `add ports ${rng.pick(PORTS)}`)));
  }
  const plain = specs.filter((s) => s.type === 'hash:ip' && s.family === 4);
  if (plain.length > 0 && rng.chance(0.5)) {
    specs.push({ name: 'many', type: 'list:set', family: 4 });
    lines.push('create many list:set', `add many ${plain[0]!.name}`);
  }
  return { specs, lines };
}
