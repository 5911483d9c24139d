import type { NftBase, NftChain, NftFamily, NftFlowtable, NftObject, NftRule, NftSet, NftTable } from './ast.js';
import type { Origin } from '../../model/origin.js';

/** A table while it is read. */
export interface TableDraft {
  readonly family: NftFamily;
  readonly name: string;
  handle?: number;
  dormant: NftTable['dormant'];
  owner: boolean;
  persist: boolean;
  comment?: string;
  readonly chains: Map<string, ChainDraft>;
  readonly sets: Map<string, NftSet>;
  readonly flowtables: Map<string, NftFlowtable>;
  readonly objects: Map<string, NftObject>;
  readonly origin: Origin;
  incomplete: boolean;
}

export interface ChainDraft extends NftChain {
  handle?: number;
  base?: NftBase;
  comment?: string;
  readonly rules: NftRule[];
  incomplete?: boolean;
}

/** @returns a table without anything in it, to be filled while it is read. */
export function newTable(family: NftFamily, name: string, origin: Origin): TableDraft {
  return {
    family,
    name,
    dormant: false,
    owner: false,
    persist: false,
    chains: new Map(),
    sets: new Map(),
    flowtables: new Map(),
    objects: new Map(),
    origin,
    incomplete: false,
  };
}

/** @returns a chain without a rule, to be filled while it is read. */
export function newChain(name: string, origin: Origin): ChainDraft {
  return { name, rules: [], origin };
}

/** The tables of a rule set while it is read, each once by family and name. */
export class Tables {
  private readonly byName: Map<string, TableDraft>;
  private lost = false;

  /** @param loaded tables that are there already. */
  constructor(loaded: readonly TableDraft[] = []) {
    this.byName = new Map(loaded.map((table) => [`${table.family} ${table.name}`, table]));
  }

  /** Notes that a table or chain, or what may be one, was not understood. */
  lose(): void {
    this.lost = true;
  }

  /** @returns whether any was, as a rule set says it. */
  get unread(): { readonly unread?: true } {
    return this.lost ? { unread: true } : {};
  }

  find(family: NftFamily, name: string): TableDraft | undefined {
    return this.byName.get(`${family} ${name}`);
  }

  /** The table of the name; made where there is none yet. */
  at(family: NftFamily, name: string, origin: Origin): TableDraft {
    const found = this.find(family, name);
    if (found !== undefined) return found;
    const made = newTable(family, name, origin);
    this.byName.set(`${family} ${name}`, made);
    return made;
  }

  delete(family: NftFamily, name: string): boolean {
    return this.byName.delete(`${family} ${name}`);
  }

  /** Forgets every table, or those of a family. */
  flush(family?: NftFamily): void {
    for (const [key, table] of this.byName) if (family === undefined || table.family === family) this.byName.delete(key);
  }

  /**
   * Notes that chains were named without their rules, where no chain of any table has one: `nft list chains` prints them so.
   * @param shown whether the listing is known to be of chains alone; else chains that only a rule could lead to tell it.
   */
  lackRules(shown: boolean): void {
    const chains = [...this.byName.values()].flatMap((table) => [...table.chains.values()]);
    if (chains.some(({ rules }) => rules.length > 0)) return;
    if (!shown && chains.every(({ base }) => base !== undefined)) return;
    for (const chain of chains) chain.incomplete = true;
  }

  all(): readonly NftTable[] {
    return [...this.byName.values()];
  }
}
