import type { ComposeContainer, ComposeNote } from '../model/compose.js';

/** The networks on which a container is given an address that nobody named. */
const drawnOn = ({ places }: ComposeContainer): readonly string[] =>
  places.filter(({ addresses }) => !addresses.includes('--ip')).map(({ network }) => network);

/**
 * Containers none of which waits for the other are started at once, and the Engine gives each the first address and port that is free then.
 * @param awaited for each service those that it waits for.
 * @returns what is to be said of that, once a project.
 */
export function chanceNotes(
  containers: readonly ComposeContainer[],
  awaited: ReadonlyMap<string, ReadonlySet<string>>,
): readonly ComposeNote[] {
  const waits = (a: ComposeContainer, b: ComposeContainer): boolean =>
    awaited.get(a.service)?.has(b.service) === true || awaited.get(b.service)?.has(a.service) === true;
  const together = new Map<string, ComposeContainer>();
  for (const one of containers)
    for (const network of drawnOn(one)) {
      const other = together.get(network);
      if (other !== undefined && !waits(one, other))
        return [
          {
            origin: other.origin,
            message: `${other.name} and ${one.name}, and others perhaps, start at once on network ${network}: which gets which address is chance; they are taken in the order of their names`,
          },
        ];
      together.set(network, one);
    }
  return [];
}
