import type { Family } from '../address/ip.js';
import { toSet } from '../address/ranges.js';
import { groupBy } from '../datapath/index.js';
import { allAddressesOf, type SourceClass } from './sources.js';

/** Joins the last clients of a list into one for each family: nothing is known of any of them. */
export class JoinedClients {
  private readonly known = new WeakMap<readonly SourceClass[], Map<number, readonly SourceClass[]>>();

  /** @returns those from a place on, as one for each family; those that stand for no addresses as they are. */
  from(clients: readonly SourceClass[], place: number): readonly SourceClass[] {
    let byPlace = this.known.get(clients);
    if (byPlace === undefined) this.known.set(clients, (byPlace = new Map<number, readonly SourceClass[]>()));
    let joined = byPlace.get(place);
    if (joined === undefined) byPlace.set(place, (joined = join(clients.slice(place))));
    return joined;
  }
}

function join(clients: readonly SourceClass[]): readonly SourceClass[] {
  const named = clients.filter(({ family }) => family === undefined);
  const outside = groupBy(
    clients.filter(({ family }) => family !== undefined),
    ({ family }): Family | undefined => family,
  );
  const joined = [...outside.values()].map((ones): SourceClass => {
    const { within: _within, ...first } = ones[0]!;
    return { ...first, addresses: toSet(ones.flatMap(allAddressesOf)) };
  });
  return [...named, ...joined];
}
