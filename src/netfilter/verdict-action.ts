/** What decides where a packet goes on: the verdict of a rule, or of a map's entry. */
export type VerdictAction =
  | { readonly kind: 'accept' | 'return' }
  /** `later`: not by the rule itself, but by whatever meets the packet next. Its sender is told nothing. */
  | { readonly kind: 'drop'; readonly later?: true }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  /** Does nothing to the path: LOG, NFLOG, TRACE, TCPMSS, CHECKSUM, CLASSIFY …, and rules without a target. */
  | { readonly kind: 'continue' }
  /** Rules that the listing does not show decide: they accept, drop, or let the packet go on. */
  | { readonly kind: 'gap'; readonly detail: string; /** A rule that matched leads to them. */ readonly rule: boolean };
