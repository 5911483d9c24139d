import type { BridgePort, NetInterface } from '../../model/link.js';
import { isBriefAddr, parseAddrBrief } from './ip-addr-brief.js';
import { parseAddrJson } from './ip-addr-json.js';
import { parseAddrText } from './ip-addr-text.js';
import { looksLikeJson, type Parsed } from './source.js';

/** Interfaces, and the port flags of those that `ip -d` shows as bridge slaves. */
export interface AddrListing {
  readonly interfaces: readonly NetInterface[];
  readonly ports: readonly BridgePort[];
}

/**
 * Reads `ip [-j] [-d] addr show`.
 * @throws SnapshotError on broken JSON.
 */
export function parseIpAddr(text: string, file: string): Parsed<AddrListing> {
  if (isBriefAddr(text)) return parseAddrBrief(text, file);
  return looksLikeJson(text) ? parseAddrJson(text, file) : parseAddrText(text, file);
}
