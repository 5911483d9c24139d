import type { Host, Netns } from '../model/host.js';
import type { NetnsName } from '../model/netns.js';
import type { Origin } from '../model/origin.js';

/** A hypothetical change that cannot be made. The message names the change and says what would do. */
export class WhatIfError extends Error {
  override readonly name = 'WhatIfError';
}

/** One command of `--what-if`, split as a shell would. */
export interface Change {
  readonly text: string;
  readonly words: readonly string[];
  /** Where its effects say they come from. */
  readonly origin: Origin;
  /** The namespace it is typed in. */
  readonly netns: NetnsName;
  /** Takes what a person should know besides: what Docker would choose, say. */
  readonly tell?: ((message: string) => void) | undefined;
  /** Set where a file stands for the command: messages name its line. */
  readonly ofFile?: true;
}

/** @throws WhatIfError that begins with the change itself, or with where it stands. */
export function refuse(change: Change, why: string): never {
  const { origin } = change;
  throw new WhatIfError(
    change.ofFile === true ? `${origin.file}:${origin.line}: ${change.text}: ${why}` : `--what-if '${change.text}': ${why}`,
  );
}

/** @returns the host with one namespace replaced. */
export function withNetns(host: Host, name: string, update: (netns: Netns) => Netns): Host {
  const netns = host.netns.get(name);
  return netns === undefined ? host : { ...host, netns: new Map(host.netns).set(name, update(netns)) };
}

/** @returns whether a setting is known to be other than 0. */
export function isOn(netns: Netns, name: string): boolean {
  const value = netns.sysctl.get(name)?.value;
  return value !== undefined && value !== '0';
}
