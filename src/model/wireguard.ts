import type { Prefix } from '../address/ip.js';
import type { Origin } from './origin.js';

/** A peer of a WireGuard device, without its keys. */
export interface WireguardPeer {
  readonly dev: string;
  /** Destinations that packets are sent to it for, and the only sources that are taken from it. */
  readonly allowed: readonly Prefix[];
  /** Whether it is known where it can be reached: until then nothing can be sent to it. */
  readonly located: boolean;
  readonly origin: Origin;
}

/** The WireGuard devices that are listed, each with its peers. */
export interface Wireguard {
  readonly devices: ReadonlySet<string>;
  readonly peers: readonly WireguardPeer[];
}
