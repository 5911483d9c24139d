import type { AddrListing } from './addr-listing.js';
import { isBriefAddr, parseAddrBrief } from './ip-addr-brief.js';
import { parseAddrJson } from './ip-addr-json.js';
import { parseAddrText } from './ip-addr-text.js';
import { type Parsed, looksLikeJson } from './source.js';

/**
 * Reads `ip [-j] [-d] addr show`.
 * @throws SnapshotError on broken JSON.
 */
export function parseIpAddr(text: string, file: string): Parsed<AddrListing> {
  if (isBriefAddr(text)) return parseAddrBrief(text, file);
  return looksLikeJson(text) ? parseAddrJson(text, file) : parseAddrText(text, file);
}
