import { familyOf, parseIp } from '../../address/ip.js';
import type { Container, DockerNetwork, PublishedPort } from '../../model/host.js';
import { CONTAINER, isName } from '../../names/index.js';
import { append } from '../../address/append.js';
import { linesOf, ProblemList, type Line, type Parsed } from './source.js';

const MOST_PUBLISHED = 200_000;

/** A line of a table, with the cell below each title. */
interface Row {
  readonly line: Line;
  readonly cell: (title: string) => string | undefined;
}

/**
 * Reads a table of the docker command: cells stand below their titles, which two blanks or more part.
 * @param needed the title without which nothing is known of a row: a head that lacks it is noted, with all that follows.
 */
function rowsOf(text: string, needed: string, problems: ProblemList): readonly Row[] {
  const all = Array.from(linesOf(text));
  const [head, ...lines] = all;
  const titles = [...(head?.text ?? '').matchAll(/\S+(?: \S+)*/g)].map((found) => ({ title: found[0], from: found.index }));
  if (!titles.some(({ title }) => title === needed)) {
    for (const line of all) problems.add(line.number, line.text, `not of a table with the column ${needed}`);
    return [];
  }
  return lines.map((line) => ({
    line,
    cell: (title) => {
      const at = titles.findIndex((t) => t.title === title);
      const from = titles[at]?.from;
      return from === undefined ? undefined : line.text.slice(from, titles[at + 1]?.from).trim();
    },
  }));
}

/** `0.0.0.0:8080->80/tcp`, `:::8080->80/tcp`, `127.0.0.1:53-54->53-54/udp`. */
function publishedOf(text: string): PublishedPort[] {
  const found = /^(.*):(\d{1,5})(?:-(\d{1,5}))?->(\d{1,5})(?:-\d{1,5})?\/(tcp|udp|sctp)$/.exec(text);
  const ip = parseIp((found?.[1] ?? '').replace(/^\[|\]$/g, ''));
  const proto = found?.[5];
  if (found === null || ip === undefined || (proto !== 'tcp' && proto !== 'udp' && proto !== 'sctp')) return [];
  const [first, last] = [Number(found[2]), Math.min(Number(found[3] ?? found[2]), 65535)];
  const address = ip === 0 || ip === 0n ? { family: familyOf(ip) } : { hostIp: ip, family: familyOf(ip) };
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => ({
    proto,
    containerPort: Number(found[4]) + i,
    ...address,
    hostPort: first + i,
  }));
}

/** `0-65535->0-65535/tcp` is short to write: a table of such rows must not fill the memory. */
class PortBudget {
  private room = MOST_PUBLISHED;

  constructor(private readonly problems: ProblemList) {}

  take(ports: readonly string[], line: Line): PublishedPort[] {
    const taken: PublishedPort[] = [];
    for (const port of ports) {
      const published = publishedOf(port);
      if (published.length > this.room) {
        this.problems.add(line.number, line.text, `more than ${MOST_PUBLISHED} published ports: the rest is not read`);
        break;
      }
      this.room -= published.length;
      append(taken, published);
    }
    return taken;
  }
}

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
    containers.push({
      id,
      name,
      image: cell('IMAGE') ?? '',
      running: /^Up\b/.test(cell('STATUS') ?? ''),
      networkMode: '',
      netns: name,
      endpoints: [],
      published: budget.take(ports, line),
      exposed: ports.filter((port) => /^\d+\/\w+$/.test(port)),
      privileged: false,
      capAdd: [],
      capDrop: [],
      mounts: [],
      dns: [],
      labels: new Map(),
      command: [],
      origin: problems.at(line.number),
    });
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
