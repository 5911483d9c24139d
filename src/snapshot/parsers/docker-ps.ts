import type { Container, DockerNetwork } from '../../model/host.js';
import { CONTAINER, isName } from '../../names/index.js';
import { listedContainer } from './listed-container.js';
import { PortBudget } from './published-ports.js';
import { ProblemList, type Parsed } from './source.js';
import { rowsOf } from './table-rows.js';

/** Reads `docker ps [-a]`: what it shows of each container; networks and addresses it does not. */
export function parseDockerPs(text: string, file: string): Parsed<readonly Container[]> {
  const problems = new ProblemList(file);
  const containers: Container[] = [];
  const budget = new PortBudget(problems);
  for (const { line, cell } of rowsOf(text, 'CONTAINER ID', problems)) {
    const [id, name] = [cell('CONTAINER ID') ?? '', cell('NAMES')?.split(',')[0] ?? ''];
    if (!/^[0-9a-f]{12,64}$/.test(id) || !isName(CONTAINER, name)) {
      problems.add(line.number, line.text, 'not a line of docker ps');
      continue;
    }
    const ports = (cell('PORTS') ?? '').split(', ').filter((port) => port !== '');
    containers.push(
      listedContainer({
        id,
        name,
        image: cell('IMAGE') ?? '',
        running: /^Up\b/.test(cell('STATUS') ?? ''),
        published: budget.take(ports, line),
        exposed: ports.filter((port) => /^\d+\/\w+$/.test(port)),
        origin: problems.at(line.number),
      }),
    );
  }
  return { data: containers, problems: problems.list };
}

/** Reads `docker network ls`: names and drivers; subnets it does not show. */
export function parseNetworkLs(text: string, file: string): Parsed<readonly DockerNetwork[]> {
  const problems = new ProblemList(file);
  const networks: DockerNetwork[] = [];
  for (const { line, cell } of rowsOf(text, 'NETWORK ID', problems)) {
    const [id, name, driver] = [cell('NETWORK ID') ?? '', cell('NAME') ?? '', cell('DRIVER') ?? ''];
    if (!/^[0-9a-z]{12,64}$/.test(id) || name === '') {
      problems.add(line.number, line.text, 'not a line of docker network ls');
      continue;
    }
    const bridge = driver !== 'bridge' ? {} : { bridge: name === 'bridge' ? 'docker0' : `br-${id.slice(0, 12)}` };
    networks.push({
      id,
      name,
      driver,
      scope: cell('SCOPE') ?? 'local',
      internal: false,
      attachable: false,
      ingress: name === 'ingress',
      ipv6: false,
      subnets: [],
      options: new Map(),
      ...bridge,
      origin: problems.at(line.number),
    });
  }
  return { data: networks, problems: problems.list };
}
