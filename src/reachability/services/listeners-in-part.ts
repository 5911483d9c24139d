import type { Host } from '../../model/host.js';

/** @returns whether a listing of listeners was read in part: what nobody seems to listen on may then be a door, and is asked about as well. */
export function listenersInPart({ netns }: Host): boolean {
  return [...netns.values()].some(({ sources }) => sources.get('sockets')?.state === 'part');
}
