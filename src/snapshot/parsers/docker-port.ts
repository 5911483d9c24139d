import type { Container, PublishedPort } from '../../model/host.js';
import { CONTAINER, isName } from '../../names/index.js';
import { listedContainer } from './listed-container.js';
import { protoOf, publishedAt } from './published-ports.js';
import { linesOf, ProblemList, type Parsed } from './source.js';

/** Reads `docker port NAME`, the name before each line: `web 80/tcp -> 0.0.0.0:8080`. It shows running containers alone. */
export function parseDockerPort(text: string, file: string): Parsed<readonly Container[]> {
  const problems = new ProblemList(file);
  const found = new Map<string, { readonly line: number; readonly published: PublishedPort[] }>();
  for (const { text: line, number } of linesOf(text)) {
    const [, name = '', inside, word, address = '', port] = /^(\S+) (\d{1,5})\/(\w+) -> (\S+):(\d{1,5})$/.exec(line.trim()) ?? [];
    const proto = protoOf(word);
    const published = proto === undefined ? undefined : publishedAt(address, Number(port), Number(inside), proto);
    if (published === undefined || !isName(CONTAINER, name)) {
      problems.add(number, line, 'not a line of docker port');
      continue;
    }
    const known = found.get(name) ?? { line: number, published: [] };
    known.published.push(published);
    found.set(name, known);
  }
  const containers = [...found].map(([name, { line, published }]) =>
    listedContainer({ id: '', name, image: '', running: true, published, origin: problems.at(line) }),
  );
  return { data: containers, problems: problems.list };
}
