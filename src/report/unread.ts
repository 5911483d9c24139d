import type { Grounds } from '../model/grounds.js';
import type { FileAccount } from '../model/listing.js';

function sentence({ file, used, lines, unread }: FileAccount): string {
  if (used === 'none') return `${file} is not the listing that its name says, or cannot be read: nothing of it is used`;
  if (unread === 0) return `${file} is known in part: it was cut, or does not show all`;
  return lines === 0 ? `${unread} places in ${file} were not understood` : `${unread} of ${lines} lines of ${file} were not understood`;
}

/** @returns what of the snapshot's files the answer does not rest on, a sentence for each file; unescaped. */
export function unreadTexts(unread: readonly FileAccount[] = []): readonly string[] {
  return unread.flatMap((account) => [...(account.used === 'whole' ? [] : [sentence(account)]), ...(account.notes ?? [])]);
}

/** @returns what an answer does not rest on, and what it takes for granted, a sentence each; unescaped. */
export function groundTexts({ unread, assumed = [] }: Grounds): readonly string[] {
  return [...unreadTexts(unread), ...assumed.map(({ detail }) => `assumed: ${detail}`)];
}
