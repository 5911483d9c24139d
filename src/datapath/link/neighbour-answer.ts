import type { Device } from '../machine/device.js';
import type { Reason } from '../reasons/reason.js';

/** What asking for a next hop's link-layer address came to. */
export type NeighbourAnswer =
  | { readonly kind: 'mac'; readonly mac: string; readonly text: string; readonly station?: Device }
  /** A link without addresses (lo, tun, ipvlan l3): nothing to ask. */
  | { readonly kind: 'none-needed' }
  /** The answer, if any, comes from beyond an uplink. */
  | { readonly kind: 'outside' }
  | { readonly kind: 'missing'; readonly what: string }
  | { readonly kind: 'failed'; readonly why: Reason };
