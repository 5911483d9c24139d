import type { NetInterface } from '../../model/link.js';
import type { NetnsState } from './netns-state.js';

/** An interface in a namespace. */
export interface Device {
  readonly ns: NetnsState;
  readonly iface: NetInterface;
}
