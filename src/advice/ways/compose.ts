import { visible } from '../../command/index.js';
import type { Container } from '../../model/host.js';

/** Networks that the runtime makes itself: no compose file names them. */
const BUILT_IN: ReadonlySet<string> = new Set(['bridge', 'host', 'none', 'podman', 'ingress', 'docker_gwbridge']);

/** A name as YAML reads it back as that one string. */
function scalar(name: string): string {
  return /^[A-Za-z][\w.-]*$/.test(name) && !/^(?:true|false|yes|no|on|off|null|y|n)$/i.test(name) ? name : JSON.stringify(visible(name));
}

const serviceOf = ({ labels, name }: Container): string => labels.get('com.docker.compose.service') ?? name;

/** @returns the lines of a compose file that put containers on a network that is there already, beside those they are on. */
export function onNetwork(containers: readonly Container[], network: string): readonly string[] {
  const kept = (container: Container): readonly string[] =>
    container.endpoints.map((endpoint) => endpoint.network).filter((name) => !BUILT_IN.has(name));
  const all = [...new Set([...containers.flatMap(kept), network])];
  const services = containers.flatMap((container) => [
    `  ${scalar(serviceOf(container))}:`,
    `    networks: [${[...new Set([...kept(container), network])].map(scalar).join(', ')}]`,
  ]);
  return ['services:', ...services, 'networks:', ...all.map((name) => `  ${scalar(name)}: { external: true }`)];
}

/** @returns the lines of a compose file that publish a port. */
export function publishing(container: Container, port: string): readonly string[] {
  return ['services:', `  ${scalar(serviceOf(container))}:`, `    ports: [${JSON.stringify(port)}]`];
}
