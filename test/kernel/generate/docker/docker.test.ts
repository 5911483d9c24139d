import { expect, it } from 'vitest';
import { generateDocker } from './index.js';
import { DAMAGES, type Damage } from './damage.js';
import { Rng } from '../rng.js';
import { makeDockerWorld } from './world.js';
import type { Scenario, ScenarioNetns } from '../scenario.js';

const SCENARIOS = Array.from({ length: 300 }, (_, seed) => generateDocker(seed, 32));
const rulesOf = ({ namespaces }: Scenario): readonly string[] =>
  namespaces.flatMap((n) => n.tables.flatMap((t) => t.chains.flatMap((c) => c.rules)));

it('draws hosts of every kind that an Engine sets up', () => {
  const rules = SCENARIOS.flatMap(rulesOf);
  const worlds = SCENARIOS.map(({ seed }) => makeDockerWorld(new Rng(seed)));
  const networks = worlds.flatMap((w) => w.networks);
  const some: Readonly<Record<string, boolean>> = {
    'every gateway mode': (['nat', 'nat-unprotected', 'routed', 'isolated'] as const).every((mode) =>
      ([4, 6] as const).every((family) => networks.some((n) => n.modes[family] === mode)),
    ),
    'internal networks': networks.some((n) => n.internal),
    'icc off': networks.some((n) => !n.icc),
    'masquerade off': networks.some((n) => !n.masquerade),
    'IPv6 and none': networks.some((n) => n.v6) && networks.some((n) => !n.v6),
    'several networks, and containers on two': worlds.some((w) => w.networks.length > 1 && w.containers.some((c) => c.cards.length > 1)),
    'several uplinks': worlds.some((w) => w.uplinks.length > 1),
    'ports on loopback, on one address, on all': [undefined, '127.0.0.1', '198.51.100.10'].every((ip) =>
      worlds.some((w) => w.published.some((p) => p.hostIp === ip)),
    ),
    'both generations of rules': rules.some((r) => r.includes('DOCKER-FORWARD')) && rules.some((r) => r === '-A DOCKER-USER -j RETURN'),
    'with docker-proxy and without': [true, false].every((proxy) => worlds.some((w) => w.engine.proxy === proxy)),
    'with docker inspect and without': SCENARIOS.some((s) => s.docker) && SCENARIOS.some((s) => !s.docker),
  };
  expect(Object.keys(some).filter((name) => some[name] !== true)).toEqual([]);
});

it.each(DAMAGES.map((damage): readonly [string, Damage] => [damage.name, damage]))('%s: it changes a host', (_, { apply }) => {
  const changed = SCENARIOS.filter((scenario) => {
    const host = scenario.namespaces.find((n): n is ScenarioNetns => n.name === 'host')!;
    const world = makeDockerWorld(new Rng(scenario.seed));
    return JSON.stringify(apply(new Rng(scenario.seed), host, world)) !== JSON.stringify(host);
  });
  expect(changed.length).toBeGreaterThan(20);
});

it('draws the same host for the same seed', () => {
  expect(generateDocker(7, 32)).toEqual(SCENARIOS[7]);
});
