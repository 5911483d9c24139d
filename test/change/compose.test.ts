import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { whatIf } from '../../src/change/index.js';
import { readComposeFiles } from '../../src/commands/common/compose-files.js';
import { createMachine } from '../../src/datapath/index.js';
import type { Host, Netns } from '../../src/model/host.js';
import { diffReachability } from '../../src/reachability/diff/diff.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { told } from './told.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/compose/', import.meta.url));

/** Projects that docker compose started on a real Engine, and the options that it was given. */
const PROJECTS = [
  { project: 'shop', files: ['compose.yaml'], profile: [] },
  { project: 'modes', files: ['compose.yml'], profile: [] },
  { project: 'many', files: ['compose.yaml', 'compose.override.yaml'], profile: ['debug'] },
  { project: 'opts', files: ['compose.yaml'], profile: [] },
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

const cases = ['docker26', 'docker28'].flatMap((engine) => PROJECTS.map((one) => ({ engine, ...one })));

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
    const { changes } = diffReachability(createMachine(model), createMachine(after));
    expect(changes.filter(({ before: was, after: is }) => project !== 'many' || was !== is)).toEqual([]);
  });
});
