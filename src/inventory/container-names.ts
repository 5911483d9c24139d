import type { Container } from '../model/host.js';

/** Labels by which Compose and swarm say what a container is of (compose labels.go; swarmkit naming.go). */
const LABELS = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  swarmService: 'com.docker.swarm.service.name',
  swarmTask: 'com.docker.swarm.task.name',
  stack: 'com.docker.stack.namespace',
} as const;

const label = (container: Container, name: keyof typeof LABELS): string => container.labels.get(LABELS[name]) ?? '';

/** `registry:5000/library/nginx:1.27@sha256:…` is `nginx` too. */
function imageNames(image: string): readonly string[] {
  const [untagged = ''] = image.split('@');
  const bare = untagged.replace(/:[^/:]*$/, '');
  return [image, untagged, bare, bare.slice(bare.lastIndexOf('/') + 1)];
}

/** The ways in which a container is called other than by its name and id, the surest first: those of one kind are looked at together. */
const WAYS: readonly ((container: Container) => readonly string[])[] = [
  // what Docker's resolver answers to, the network's name behind it too (libnetwork, Sandbox.resolveName)
  ({ name, endpoints }) =>
    endpoints.flatMap(({ aliases, network }) => [...aliases, ...[name, ...aliases].map((one) => `${one}.${network}`)]),
  (container) => {
    const [project, service, number] = [label(container, 'project'), label(container, 'service'), label(container, 'number')];
    return service === '' ? [] : [service, `${project}/${service}`, `${service}-${number}`, `${service}_${number}`];
  },
  (container) => {
    const [service, stack] = [label(container, 'swarmService'), label(container, 'stack')];
    const plain = stack !== '' && service.startsWith(`${stack}_`) ? service.slice(stack.length + 1) : service;
    return service === '' ? [] : [service, plain, `${stack}/${plain}`, label(container, 'swarmTask')];
  },
  (container) => imageNames(container.image),
];

/** Who is called what: by name, and for each way by what it calls them. */
interface NameIndex {
  readonly byName: ReadonlyMap<string, Container>;
  readonly ways: readonly ReadonlyMap<string, readonly Container[]>[];
}

/** Kept by the list of containers, which does not change: every flow of a batch asks for names. */
const indexes = new WeakMap<readonly Container[], NameIndex>();

function wayIndex(
  containers: readonly Container[],
  namesOf: (container: Container) => readonly string[],
): ReadonlyMap<string, Container[]> {
  const called = new Map<string, Container[]>();
  for (const container of containers) {
    for (const name of new Set(namesOf(container))) {
      const others = called.get(name);
      if (others === undefined) called.set(name, [container]);
      else others.push(container);
    }
  }
  return called;
}

function indexOf(containers: readonly Container[]): NameIndex {
  const known = indexes.get(containers);
  if (known !== undefined) return known;
  const byName = new Map(containers.toReversed().map((container) => [container.name, container]));
  const made = { byName, ways: WAYS.map((namesOf) => wayIndex(containers, namesOf)) };
  indexes.set(containers, made);
  return made;
}

/**
 * Finds what a name stands for as the runtime resolves it: a container's name, an id or its beginning, then aliases, Compose's and swarm's
 * services, at last the image.
 * @returns the containers of the first way that knows the name, those that run where any does; none where no way does.
 */
export function containersCalled(containers: readonly Container[], name: string): readonly Container[] {
  if (name === '') return [];
  const { byName, ways } = indexOf(containers);
  const exact = byName.get(name);
  if (exact !== undefined) return [exact];
  const byId = name.length >= 4 && /^[0-9a-f]+$/.test(name) ? containers.filter(({ id }) => id.startsWith(name)) : [];
  if (byId.length > 0) return byId;
  const found = ways.find((way) => way.has(name))?.get(name) ?? [];
  const running = found.filter((container) => container.running);
  return running.length > 0 ? running : found;
}

/**
 * Finds all that a name stands for where a set is meant: every container of a service or behind an alias; of an image where there is one.
 */
export function containersMeant(containers: readonly Container[], name: string): readonly Container[] {
  const found = containersCalled(containers, name);
  const byImage = found.length > 1 && indexOf(containers).ways.findIndex((way) => way.has(name)) === WAYS.length - 1;
  return byImage ? [] : found;
}

/**
 * Finds what a name stands for where a container asks: what it has linked first, and of several that are called so those on a network of its own, as
 * Docker's resolver answers it.
 * @param client absent where somebody else asks.
 */
export function containersCalledBy(client: Container | undefined, containers: readonly Container[], name: string): readonly Container[] {
  const linked = client?.endpoints.map(({ links }) => links?.get(name)).find((one) => one !== undefined);
  const found = containersCalled(containers, linked ?? name);
  if (found.length < 2 || client === undefined) return found;
  const own = new Set(client.endpoints.map(({ network }) => network));
  const near = found.filter(({ endpoints }) => endpoints.some(({ network }) => own.has(network)));
  return near.length > 0 ? near : found;
}
