import type { NetnsName } from './netns.js';
export interface CaptureFile {
  /** `host` or a container's name. */
  readonly netns: NetnsName;
  /** An interface's name, or `any`. */
  readonly iface: string;
  /** Path inside the snapshot. */
  readonly file: string;
}

export interface HostMeta {
  readonly hostname?: string;
  readonly kernel?: string;
  readonly docker?: string;
  readonly collectedAt?: string;
}

/** What a collector could not have: the file that it would be, the command that was to print it, and why it did not. */
export interface LackingFile {
  readonly file: string;
  readonly command: string;
  readonly why: string;
}

/** Label values that were left on the host. */
export interface BlankedLabels {
  /** Labels whose values are there all the same; one that ends in `*` stands for all that begin so. */
  readonly except: readonly string[];
  /** `said`: the collector wrote so. `seen`: no label of the snapshot has a value, which is how older collectors left them. */
  readonly how: 'said' | 'seen';
}
