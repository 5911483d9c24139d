import type { ComposeContainer, ComposeNetwork, ComposeNote, ComposeProject } from '../model/compose.js';
import type { Origin } from '../model/origin.js';
import { itemsAt, placeOf, tableAt, textAt, textOf } from './access.js';
import { chanceNotes } from './chance.js';
import { checkServices } from './consistency.js';
import { refuseAt } from './error.js';
import { fill } from './interpolate.js';
import { loadModel, parsed, type ComposeFile, type ParsedFile, type ReadBeside } from './load.js';
import { networkOf } from './networks.js';
import { awaitedBy, inOrder } from './order.js';
import { containerName, containersOf, replicasOf, type Around } from './service.js';
import { swarmNotes } from './swarm.js';
import type { TableNode } from './tree.js';

/** How a project is read. */
export interface ComposeOptions {
  /** `--profile`; `*` stands for all. */
  readonly profiles: readonly string[];
  /** `--project-name`: goes before what the file says. */
  readonly projectName?: string;
  /** The folder of the first file, by its own name alone: a project without a name is called after it. */
  readonly folder: string;
  readonly variables: ReadonlyMap<string, string>;
  readonly read: ReadBeside;
}

/** NormalizeProjectName (compose-go, loader). */
const normalized = (folder: string): string =>
  folder
    .toLowerCase()
    .replace(/[^-\w]/g, '')
    .replace(/^[-_]+/, '');

/** What a file names the project; variables in it are filled in (compose-go, loader: projectName). */
function writtenName({ tree }: ParsedFile, values: ComposeOptions['variables']): string | undefined {
  const name = textAt(tree, 'name');
  if (name === undefined) return undefined;
  const filled = fill(name, { values, unset: new Map(), spent: { characters: 0 } }, placeOf(tree, 'name'));
  return filled === '' ? undefined : filled;
}

function nameOf(files: readonly ParsedFile[], { projectName, variables, folder }: ComposeOptions): string {
  const given = projectName ?? variables.get('COMPOSE_PROJECT_NAME');
  const written = given ?? files.map((file) => writtenName(file, variables)).findLast((one) => one !== undefined);
  const name = written ?? normalized(folder);
  const at = { file: files[0]?.file ?? '', line: 1 };
  if (!/^[a-z0-9][-_a-z0-9]*$/.test(name))
    refuseAt(at, `"${name}" cannot be the name of a project: lower-case letters, digits, - and _; --project-name gives one`);
  return name;
}

/** Services that would be started: those without a profile, and those with an active one. */
function enabled(services: TableNode, profiles: ReadonlySet<string>): ReadonlyMap<string, TableNode> {
  const found = new Map<string, TableNode>();
  for (const [name, service] of services.entries) {
    if (service.kind !== 'table') return refuseAt(service.at, `service ${name} is to be a mapping`);
    const own = itemsAt(service, 'profiles').map((item) => textOf(item, 'a profile'));
    if (own.length === 0 || profiles.has('*') || own.some((one) => profiles.has(one))) found.set(name, service);
  }
  return found;
}

/** The networks of a file, and the one that every service without others is on. */
function networksOf(project: string, model: TableNode): ReadonlyMap<string, ComposeNetwork> {
  const declared = tableAt(model, 'networks');
  const none: TableNode = { kind: 'table', at: model.at, entries: new Map() };
  const tables = new Map([['default', none]]);
  if (declared !== undefined)
    for (const [key, value] of declared.entries) tables.set(key, tableAt(declared, key) ?? { ...none, at: value.at });
  return new Map([...tables].map(([key, table]) => [key, networkOf(project, key, table)]));
}

function used(networks: Iterable<ComposeNetwork>, containers: readonly ComposeContainer[]): readonly ComposeNetwork[] {
  const names = new Set(containers.flatMap(({ places }) => places.map(({ network }) => network)));
  return [...networks].filter(({ name }) => names.has(name));
}

/** All services together: what takes longer to work out than anybody waits. */
const MOST_PORTS = 8192;

function checkPorts(containers: readonly ComposeContainer[], at: Origin): void {
  const count = containers.reduce((sum, { options }) => sum + options.filter((word) => word === '-p').length, 0);
  if (count > MOST_PORTS) refuseAt(at, `${count} ports are published: more than ${MOST_PORTS} are not modelled`);
}

/** What was left open: variables that nobody set, images whose listeners only their build tells. */
function notesOf(unset: ReadonlyMap<string, Origin>): readonly ComposeNote[] {
  return [...unset].map(([name, origin]) => ({ origin, message: `the variable ${name} is not set: it stands for nothing` }));
}

/**
 * Reads Compose files as `docker compose up` would, and says what commands it comes to: networks, then containers, whoever is depended on first.
 * @param files in the order of `-f`: later ones are laid over earlier ones.
 * @throws ComposeError on what Compose would refuse, and on what is not understood.
 */
export function readProject(files: readonly ComposeFile[], options: ComposeOptions): ComposeProject {
  const trees = files.map(parsed);
  const name = nameOf(trees, options);
  const unset = new Map<string, Origin>();
  const values = new Map([['COMPOSE_PROJECT_NAME', name], ...options.variables]);
  const model = loadModel(
    { variables: { values, unset, spent: { characters: 0 } }, read: options.read, seen: new Map(), taken: { count: 0 } },
    trees,
  );
  const services = tableAt(model, 'services') ?? refuseAt(model.at, 'the file declares no services');
  const profiles = new Set([
    ...options.profiles,
    ...(options.variables.get('COMPOSE_PROFILES') ?? '').split(',').filter((one) => one !== ''),
  ]);
  const active = enabled(services, profiles);
  if (active.size === 0)
    refuseAt(
      services.at,
      services.entries.size === 0 ? 'the file declares no services' : 'every service has a profile: name one with --profile',
    );
  checkServices(active);
  const networks = networksOf(name, model);
  const around: Around = {
    project: name,
    networks,
    containerOf: (service) => {
      const other = active.get(service);
      return other === undefined || replicasOf(other) === 0 ? undefined : containerName(name, service, other, 1);
    },
  };
  const ordered = inOrder(active, services);
  const containers = ordered.flatMap(([service, table]) => containersOf(around, service, table));
  checkPorts(containers, services.at);
  return {
    kind: 'compose',
    name,
    files: files.map(({ file }) => file),
    networks: used(networks.values(), containers),
    containers,
    notes: [...notesOf(unset), ...swarmNotes(active), ...chanceNotes(containers, awaitedBy(ordered))],
  };
}
