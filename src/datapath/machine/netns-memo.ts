import type { NetnsState } from './netns-state.js';

/** What is known for the names of each namespace: a map for each namespace and name. */
export class NetnsMemo<K, V> {
  private readonly byNetns = new Map<NetnsState, Map<string, Map<K, V>>>();

  /** @returns the map of one name, empty at first. */
  of(ns: NetnsState, name: string): Map<K, V> {
    let names = this.byNetns.get(ns);
    if (names === undefined) this.byNetns.set(ns, (names = new Map<string, Map<K, V>>()));
    let known = names.get(name);
    if (known === undefined) names.set(name, (known = new Map<K, V>()));
    return known;
  }
}
