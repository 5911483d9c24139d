import type { NetnsName } from '../../model/netns.js';
import type { Origin } from '../../model/origin.js';

/** One place on the way to a destination: what another destination that is like it calls otherwise. */
export interface Binding {
  readonly ip: string;
  readonly port: number;
  readonly netns: NetnsName;
  readonly origins: readonly BindingGround[];
  /** Rules on the port alone: the same for every address. */
  readonly shared: readonly BindingGround[];
}

/** A line of the snapshot that speaks of a place: a rule with its text, or a socket. */
export interface BindingGround {
  readonly origin: Origin;
  readonly text?: string;
}
