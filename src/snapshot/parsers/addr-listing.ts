import type { BridgePort, NetInterface } from '../../model/link.js';

/** Interfaces, and the port flags of those that `ip -d` shows as bridge slaves. */
export interface AddrListing {
  readonly interfaces: readonly NetInterface[];
  readonly ports: readonly BridgePort[];
}
