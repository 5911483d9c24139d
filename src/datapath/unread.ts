import type { Host } from '../model/host.js';
import type { FileAccount } from '../model/listing.js';

/** @returns the files of hosts that were not understood, or not wholly, to be spread into an answer; nothing where there are none. */
export function withUnread(...hosts: readonly Host[]): { readonly unread?: readonly FileAccount[] } {
  const unread = hosts.flatMap((host) => host.files.filter((file) => file.used !== 'whole'));
  return unread.length === 0 ? {} : { unread };
}
