import type { Device } from '../machine/device.js';

/** Everything that a broadcast from one device reaches. */
export interface BroadcastSegment {
  /** Devices that hand frames to an IP stack. */
  readonly stations: readonly Device[];
  /** Devices at which the snapshot ends: beyond them is the outside. */
  readonly uplinks: readonly Device[];
  /** Veths into namespaces that the snapshot lacks, or of which several may be meant. */
  readonly missing: readonly Device[];
  /** Bridges whose ports the listings do not show, by `netns/bridge`. */
  readonly unseen: readonly string[];
}
