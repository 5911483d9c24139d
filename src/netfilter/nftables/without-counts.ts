/** What changes between two listings of the same rules (nft(8), STATEFUL OBJECTS; `expires` of elements). */
const COUNTS = /packets \d+ bytes \d+|used (?:\d+ [km]?bytes|never|[\ddhms]+)|expires [\ddhms]+/g;

/** @returns the text of a rule or an element without what it has counted. */
export function withoutCounts(text: string): string {
  return text.replaceAll(COUNTS, '');
}
