import type { Family } from '../../../src/address/ip.js';
import { randomConditions, randomProtocol } from './matches/index.js';
import type { Rng } from './rng.js';
import type { ScenarioChain, ScenarioTable } from './scenario.js';
import type { Draw, Hook, Spot } from './spot.js';
import { randomTarget } from './targets.js';
import { containerAddresses, PORTS } from './world.js';

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
  return { family, name, chains: estimated([...base, ...chains]) };
}

/** The match `rateest` loads only after the rule that makes its estimator. */
function estimated(chains: readonly ScenarioChain[]): readonly ScenarioChain[] {
  const [first, ...rest] = chains;
  const asks = (chain: ScenarioChain): boolean => chain.rules.some((text) => text.includes('-m rateest'));
  if (first === undefined || !chains.some(asks)) return chains;
  const estimator = `-A ${first.name} -j RATEEST --rateest-name est --rateest-interval 250ms --rateest-ewmalog 500ms`;
  return [{ ...first, rules: [estimator, ...first.rules] }, ...rest];
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
  const lacking = { ...draw.lacking, targets: new Set([...draw.lacking.targets, 'SET']) };
  return [table({ ...draw, sets: [], lacking }, rng.pick([4, 4, 6] as const), rng.pick(['filter', 'filter', 'nat', 'mangle'] as const), 2)];
}
