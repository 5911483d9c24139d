import type { Origin } from './origin.js';

/** What a parameter of the kernel holds, as sysctl prints it. */
export interface SysctlValue {
  readonly value: string;
  readonly origin: Origin;
}
