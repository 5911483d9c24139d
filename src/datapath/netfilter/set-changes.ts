import type { KeyedSet, SetEntry, Value } from '../../netfilter/index.js';

export interface SetChange {
  readonly op: 'add' | 'del';
  /** The packet's own values, undefined where what was added is not told by them alone. */
  readonly key: string | undefined;
  /** Of a native set: the entry itself. */
  readonly entry?: ChangedEntry;
}

/** What was added to a native set or map on the way, by key; `gone` where it was taken out. */
export type ChangedEntry = SetEntry | 'gone';

/** What SET targets did to the sets of each namespace on the way of one trace (set_target_v3, xt_set.c). */
export class SetChanges {
  /** By namespace and set; another map for each change, so that whoever kept one has what was then. */
  made: ReadonlyMap<string, readonly SetChange[]> = new Map();

  /** Adds an entry to a set of a namespace, or takes it out. */
  note(netns: string, set: string, change: SetChange): void {
    const name = `${netns} ${set}`;
    this.made = new Map(this.made).set(name, [...(this.made.get(name) ?? []), change]);
  }

  /** @returns what was done to a set so far; undefined where nothing was. */
  of(netns: string, set: string): readonly SetChange[] | undefined {
    return this.made.size === 0 ? undefined : this.made.get(`${netns} ${set}`);
  }

  /** nft_dynset_eval: adds an entry to a native set of a namespace, or takes one out. */
  noteEntry(netns: string, set: KeyedSet, values: readonly Value[], entry: ChangedEntry): void {
    this.note(netns, `nft ${set.id}`, { op: entry === 'gone' ? 'del' : 'add', key: values.join(' '), entry });
  }

  /** @returns what this trace's packets made of a key's entry; undefined where they left it alone. */
  entryOf(netns: string, set: KeyedSet, values: readonly Value[]): ChangedEntry | undefined {
    const key = values.join(' ');
    return this.of(netns, `nft ${set.id}`)?.findLast((change) => change.key === key)?.entry;
  }
}
