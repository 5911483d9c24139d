import type { Machine } from '../datapath/index.js';
import { withOwnNetns } from '../inventory/index.js';
import type { Container } from '../model/host.js';

/** @returns containers that ask by a namespace of their own, of which at least something is listed. */
export function containerSenders(machine: Machine): readonly Container[] {
  return withOwnNetns(machine.host).filter(({ netns }) => machine.namespaces.has(netns));
}
