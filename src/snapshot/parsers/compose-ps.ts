import type { Container, PublishedPort } from '../../model/host.js';
import { CONTAINER, isName } from '../../names/index.js';
import { jsonList, type JsonView } from './json-view.js';
import { listedContainer } from './listed-container.js';
import { PortBudget, protoOf, publishedAt } from './published-ports.js';
import { looksLikeJson, ProblemList, type Parsed } from './source.js';
import { rowsOf } from './table-rows.js';

/** `shop` of `shop-web-1`, and of `shop_web_1` of Compose 1; a name of the user's choice does not tell the project. */
function projectIn(name: string, service: string): string | undefined {
  const before = name.replace(/[-_]\d+$/, '');
  return ['-', '_'].flatMap((sign) =>
    before !== name && before.endsWith(`${sign}${service}`) ? [before.slice(0, -service.length - 1)] : [],
  )[0];
}

/** The labels that Compose gives what it makes, which its table tells in words of its own. */
function labelsOf(name: string, service: string, told?: string): ReadonlyMap<string, string> {
  const project = told ?? projectIn(name, service);
  return new Map([
    ['com.docker.compose.service', service],
    ...(project === undefined || project === '' ? [] : [['com.docker.compose.project', project] as const]),
  ]);
}

function publishers(view: JsonView): readonly PublishedPort[] {
  return view.objects('Publishers').flatMap((one): readonly PublishedPort[] => {
    const [hostPort, port, proto] = [one.number('PublishedPort') ?? 0, one.number('TargetPort') ?? 0, protoOf(one.string('Protocol'))];
    const published = hostPort === 0 || proto === undefined ? undefined : publishedAt(one.string('URL') ?? '', hostPort, port, proto);
    return published === undefined ? [] : [published];
  });
}

function fromJson(text: string, problems: ProblemList): readonly Container[] {
  return [...jsonList(text, problems)].flatMap((view): readonly Container[] => {
    const [name, service] = [view.string('Name') ?? '', view.string('Service') ?? ''];
    if (!isName(CONTAINER, name) || service === '') {
      view.reject('not a container of docker compose ps');
      return [];
    }
    return [
      listedContainer({
        id: view.string('ID') ?? '',
        name,
        image: view.string('Image') ?? '',
        running: view.string('State') === 'running',
        published: publishers(view),
        labels: labelsOf(name, service, view.string('Project')),
        origin: view.origin,
      }),
    ];
  });
}

function fromTable(text: string, problems: ProblemList): readonly Container[] {
  const budget = new PortBudget(problems);
  return rowsOf(text, 'SERVICE', problems).flatMap(({ line, cell }): readonly Container[] => {
    const [name, service] = [cell('NAME') ?? '', cell('SERVICE') ?? ''];
    if (!isName(CONTAINER, name) || service === '') {
      problems.add(line.number, line.text, 'not a line of docker compose ps');
      return [];
    }
    const ports = (cell('PORTS') ?? '').split(', ').filter((port) => port !== '');
    return [
      listedContainer({
        id: '',
        name,
        image: cell('IMAGE') ?? '',
        running: /^(?:Up|running)\b/.test(cell('STATUS') ?? ''),
        published: budget.take(ports, line),
        exposed: ports.filter((port) => /^\d+\/\w+$/.test(port)),
        labels: labelsOf(name, service),
        origin: problems.at(line.number),
      }),
    ];
  });
}

/** Reads `docker compose ps`, its table or its JSON: services and what they publish; networks and addresses it does not show. */
export function parseComposePs(text: string, file: string): Parsed<readonly Container[]> {
  const problems = new ProblemList(file);
  return { data: looksLikeJson(text) ? fromJson(text, problems) : fromTable(text, problems), problems: problems.list };
}
