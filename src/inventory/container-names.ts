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
  // what Docker's resolver answers to
  (container) => container.endpoints.flatMap(({ aliases }) => aliases),
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

/**
 * Finds what a name stands for as the runtime resolves it: a container's name, an id or its beginning, then aliases, Compose's and swarm's
 * services, at last the image.
 * @returns the containers of the first way that knows the name, those that run where any does; none where no way does.
 */
export function containersCalled(containers: readonly Container[], name: string): readonly Container[] {
  const exact = containers.filter((container) => container.name === name);
  if (exact.length > 0 || name === '') return exact.slice(0, 1);
  const byId = name.length >= 4 && /^[0-9a-f]+$/.test(name) ? containers.filter(({ id }) => id.startsWith(name)) : [];
  if (byId.length > 0) return byId;
  for (const namesOf of WAYS) {
    const found = containers.filter((container) => namesOf(container).includes(name));
    const running = found.filter((container) => container.running);
    if (found.length > 0) return running.length > 0 ? running : found;
  }
  return [];
}
