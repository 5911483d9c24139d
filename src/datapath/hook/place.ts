import type { HookName } from '../../model/netfilter.js';

/** Where a packet is when a hook is called. */
export interface HookPlace {
  readonly hook: HookName;
  readonly in: string;
  readonly out: string;
  /** Set where br_netfilter calls the hook for a frame that it bridges: the frame's header is there, also where no device is told that it came by. */
  readonly frame?: true;
}
