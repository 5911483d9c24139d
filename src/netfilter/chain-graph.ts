/** A rule that sends packets to another chain of its table. */
export interface Jump<Chain, Rule> {
  readonly rule: Rule;
  /** Where the rule stands. */
  readonly chain: Chain;
  /** Counted from 0. */
  readonly position: number;
  readonly to: string;
}

const NONE: ReadonlySet<never> = new Set<never>();

/** Which chain of a table leads to which (mark_source_chains, nft_chain_validate), in either language: one graph for all who ask. */
export class ChainGraph<Chain extends { readonly name: string }, Rule, Base extends string = string> {
  private readonly jumpsFrom = new Map<string, Jump<Chain, Rule>[]>();
  private readonly jumpsInto = new Map<string, Jump<Chain, Rule>[]>();
  private found: ReadonlyMap<string, ReadonlySet<Base>> | undefined;

  /**
   * @param bases the chains that a hook calls.
   * @param open chains of which rules are not shown: they may lead to any of `others`.
   */
  constructor(
    jumps: Iterable<Jump<Chain, Rule>>,
    private readonly bases: readonly Base[],
    private readonly open: ReadonlySet<string> = NONE,
    private readonly others: readonly string[] = [],
  ) {
    for (const jump of jumps) {
      this.file(this.jumpsFrom, jump.chain.name, jump);
      this.file(this.jumpsInto, jump.to, jump);
    }
  }

  private file(list: Map<string, Jump<Chain, Rule>[]>, name: string, jump: Jump<Chain, Rule>): void {
    const known = list.get(name);
    if (known === undefined) list.set(name, [jump]);
    else known.push(jump);
  }

  /** @returns the rules that lead to a chain, in the order of the table. */
  jumpsTo(name: string): readonly Jump<Chain, Rule>[] {
    return this.jumpsInto.get(name) ?? [];
  }

  /** @returns the rules of a chain that lead to others. */
  jumpsIn(name: string): readonly Jump<Chain, Rule>[] {
    return this.jumpsFrom.get(name) ?? [];
  }

  /** @returns a chain and all that it leads to, or may by rules that are not shown. @param without a chain that is not gone through. */
  below(name: string, without?: string): ReadonlySet<string> {
    const seen = new Set<string>([name]);
    // a set gives what is added while it is gone through
    for (const one of seen) {
      for (const { to } of this.jumpsIn(one)) if (to !== without) seen.add(to);
      if (this.open.has(one)) for (const to of this.others) if (to !== without) seen.add(to);
    }
    return seen;
  }

  private get hooks(): ReadonlyMap<string, ReadonlySet<Base>> {
    if (this.found !== undefined) return this.found;
    const found = new Map<string, Set<Base>>();
    for (const base of this.bases) for (const name of this.below(base)) found.set(name, (found.get(name) ?? new Set()).add(base));
    return (this.found = found);
  }

  /** @returns the base chains from which rules lead to a chain, itself among them; none where none does, or is shown. */
  hooksTo(name: string): ReadonlySet<Base> {
    return this.hooks.get(name) ?? NONE;
  }

  /** @returns every chain that packets can be sent to. */
  reached(): ReadonlySet<string> {
    return new Set(this.hooks.keys());
  }

  /** @returns whether packets come to a chain by another one only. */
  isOnlyBy(name: string, way: string): boolean {
    return name !== way && this.bases.every((base) => base !== way && !this.below(base, way).has(name));
  }
}
