import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { whatIf } from '../../src/change/index.js';
import { formatIp } from '../../src/address/ip.js';
import { readComposeFiles } from '../../src/commands/common/compose-files.js';
import { readProject } from '../../src/compose/index.js';
import { createMachine } from '../../src/datapath/index.js';
import type { Host, Netns } from '../../src/model/host.js';
import type { ReachChange } from '../../src/model/reachability.js';
import { diffReachability } from '../../src/reachability/diff/diff.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { told } from './told.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/compose/', import.meta.url));

/** Projects that docker compose started on a real Engine, and the options that it was given. */
const PROJECTS = [
  { project: 'shop', files: ['compose.yaml'], profile: [], engines: ['docker26', 'docker28'] },
  { project: 'modes', files: ['compose.yml'], profile: [], engines: ['docker26', 'docker28'] },
  { project: 'many', files: ['compose.yaml', 'compose.override.yaml'], profile: ['debug'], engines: ['docker26', 'docker28'] },
  { project: 'opts', files: ['compose.yaml'], profile: [], engines: ['docker26', 'docker28'] },
  { project: 'ways', files: ['compose.yaml'], profile: [], engines: ['docker28'] },
];

/** Compose makes the networks of a project in an order of chance, and so do their rules stand. */
const CHANCE = new Set([
  'DOCKER',
  'DOCKER-BRIDGE',
  'DOCKER-CT',
  'DOCKER-FORWARD',
  'DOCKER-ISOLATION-STAGE-1',
  'DOCKER-ISOLATION-STAGE-2',
  'FORWARD',
  'POSTROUTING',
  'PREROUTING',
]);

/** Containers of one service start at the same time: which of them gets the first address and port is chance. */
function unnumbered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unnumbered).sort((a, b) => (String(a) < String(b) ? -1 : 1));
  if (typeof value === 'string') return value.replace(/many-worker-\d/g, 'many-worker-N');
  return value instanceof Object ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unnumbered(one)])) : value;
}

/** The recorded containers sleep: those of the model listen on what they publish and expose. */
function withListeners(after: Host, model: Host): Host {
  const spaces = [...after.netns].map(([name, netns]): readonly [string, Netns] => {
    const other = model.netns.get(name);
    if (other === undefined) return [name, netns];
    const sources = new Map([...netns.sources, ...[...other.sources].filter(([kind]) => kind === 'sockets')]);
    const own = other.sockets.filter((s) => model.containers.some((c) => c.name === s.process));
    return [name, { ...netns, sockets: name === 'host' ? [...netns.sockets, ...own] : other.sockets, sources }];
  });
  return { ...after, netns: new Map(spaces) };
}

/** IPv6 of the containers: addresses that were given out, and routes. */
function sixOf({ netns }: Host): readonly string[] {
  const containers = [...netns.values()].filter(({ name }) => name !== 'host');
  const addresses = containers.flatMap(({ name, interfaces }) =>
    interfaces.flatMap((link) =>
      link.addresses
        .filter(({ scope, ip }) => typeof ip === 'bigint' && scope === 'global')
        .map(({ ip }) => `${name} ${link.name} ${formatIp(ip)}`),
    ),
  );
  const routes = containers.flatMap(({ name, routes }) =>
    routes
      .filter(({ dst, table }) => dst.length === 0 && table === 254)
      .map(({ family, nexthops }) => `${name} default${family} ${nexthops[0]?.dev ?? ''}`),
  );
  return [...addresses, ...routes].sort();
}

/** Who got which address first is chance. */
function isChance(project: string, { before, after }: Pick<ReachChange, 'before' | 'after'>): boolean {
  return project === 'many' && before === after;
}

const cases = PROJECTS.flatMap(({ engines, ...one }) => engines.map((engine) => ({ engine, ...one })));

describe('a Compose file comes to what docker compose made of it', () => {
  it.each(cases)('$engine: $project', async ({ engine, project, files, profile }) => {
    const before = await loadSnapshot(`${FIXTURES}${engine}/${project}/before.tgz`);
    const read = await readComposeFiles(
      files.map((file) => `${FIXTURES}${project}/${file}`),
      { profile },
    );
    const model = whatIf(before, [read]);
    const after = withListeners(await loadSnapshot(`${FIXTURES}${engine}/${project}/after.tgz`), model);
    expect(unnumbered(told(model, CHANCE))).toEqual(unnumbered(told(after, CHANCE)));
    expect(sixOf(model)).toEqual(sixOf(after));
    const { changes } = diffReachability(createMachine(model), createMachine(after));
    expect(changes.filter((change) => !isChance(project, change))).toEqual([]);
  });
});

/** What is said of a project with one service on network n, but for which subnet stands for the one that Docker chooses. */
async function said(network: string, engine = '28.5.2', place = '[n]'): Promise<readonly string[]> {
  const host = await loadSnapshot(`${FIXTURES}${engine.startsWith('28') ? 'docker28' : 'docker26'}/shop/before.tgz`);
  const notes: string[] = [];
  const text = `services: {web: {image: i, ports: ["9080:80"], networks: ${place}}}\nnetworks: {n: ${network}}`;
  try {
    const project = readProject([{ file: 'c.yaml', text }], { profiles: [], folder: 'p', variables: new Map(), read: () => undefined });
    whatIf({ ...host, meta: { ...host.meta, docker: engine } }, [project], ({ message }) => notes.push(message));
    return notes.filter((note) => !note.includes('so Docker chooses: '));
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

const MODE = 'com.docker.network.bridge.gateway_mode_ipv4';

describe('what an Engine refuses, passes over, or would do in a way that is not modelled', () => {
  it.each([
    ['a gateway mode that is none', `{driver_opts: {${MODE}: bridged}}`, '28.5.2', ['"bridged" is no gateway mode (gateway_mode_ipv4)']],
    [
      'isolated outside',
      `{driver_opts: {${MODE}: isolated}}`,
      '28.5.2',
      ["gateway mode 'isolated' can only be used for an internal network"],
    ],
    [
      'a word for a flag',
      '{driver_opts: {com.docker.network.bridge.enable_icc: "no"}}',
      '28.5.2',
      ['the option enable_icc is true or false, not "no"'],
    ],
    [
      'modes of Engine 27',
      `{driver_opts: {${MODE}: routed}}`,
      '27.3.1',
      ['the option gateway_mode_ipv4=routed is modelled for Engine 28 and later'],
    ],
    ['modes before', `{driver_opts: {${MODE}: bridged}}`, '26.1.5', ["gateway_mode_ipv4 is passed over by this host's Engine"]],
    [
      'IPv6 without a subnet before 27',
      '{enable_ipv6: true}',
      '26.1.5',
      ['could not find an available, non-overlapping IPv6 address pool'],
    ],
    [
      'no IPv4 before 28',
      '{enable_ipv4: false, enable_ipv6: true, ipam: {config: [{subnet: "fd00:7::/64"}]}}',
      '26.1.5',
      ['is to have no IPv4 is passed over'],
    ],
    ['neither family', '{enable_ipv4: false}', '28.5.2', ['IPv4 or IPv6 must be enabled']],
    ["another's subnet", '{ipam: {config: [{subnet: 172.17.1.0/24}]}}', '28.5.2', ['the subnet 172.17.1.0/24 overlaps with 172.17.0.0/16']],
    ['a route of the host, which Docker allows', '{ipam: {config: [{subnet: 198.51.100.64/26}]}}', '28.5.2', []],
    [
      'an overlay',
      '{driver: overlay}',
      '28.5.2',
      ['networks of the driver overlay are not modelled; bridge, macvlan and ipvlan are: only a manager of a swarm makes one'],
    ],
    ['a macvlan upon nothing', '{driver: macvlan}', '28.5.2', ['network p_n has no parent, so Docker makes a device that leads nowhere']],
    [
      'a macvlan upon what is not there',
      '{driver: macvlan, driver_opts: {parent: eth9}}',
      '28.5.2',
      ['the parent eth9 of network p_n is no interface of this host; it has '],
    ],
    [
      "Docker's own networks",
      '{external: true, name: host}',
      '28.5.2',
      ['c.yaml:2: Docker gives services of Compose no names on its own network host'],
    ],
  ])('%s', async (_, network, engine, expected) => {
    const messages = await said(network, engine);
    expect(messages).toHaveLength(expected.length);
    expected.forEach((part, i) => expect(messages[i]).toContain(part));
  });

  it.each([
    ['gw_priority: 5', 'gw-priority needs Engine 28 or later'],
    ['interface_name: lan0', 'the name of an interface (com.docker.network.endpoint.ifname) needs Engine 28.1 or later'],
    ['interface_name: a/b', 'an interface cannot be called this: the name holds a /'],
  ])('of a place before Engine 28: %s', async (place, part) => {
    expect((await said('{}', '26.1.5', `{n: {${place}}}`)).join()).toContain(part);
  });
});
