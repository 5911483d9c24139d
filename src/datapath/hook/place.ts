import type { HookName } from '../../model/netfilter.js';

/** Where a packet is when a hook is called. */
export interface HookPlace {
  readonly hook: HookName;
  readonly in: string;
  readonly out: string;
}
