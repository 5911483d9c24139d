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
  | { readonly kind: 'failed'; readonly why: Reason }
  /** A setting of a station decides whether it answers, and no listing shows it: both answers. */
  | { readonly kind: 'depends'; readonly on: Unlisted; readonly answers: NeighbourAnswer; readonly silent: NeighbourAnswer };

/** A setting that no listing shows, whose value decides whether a station answers. */
export interface Unlisted {
  readonly station: Device;
  readonly key: 'proxy_arp' | 'arp_ignore';
}

/** An answer that depends on nothing any more. */
export type SettledAnswer = Exclude<NeighbourAnswer, { readonly kind: 'depends' }>;
