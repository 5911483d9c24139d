import { SnapshotError, takeIn, unwrap, type HostTexts } from '../../core.js';
import { inPlace, isSnapshot, mayBeListings } from '../../snapshot/packed.js';
import type { Dropped } from './dropped.js';

/**
 * The same that the command does with a folder or files: a snapshot as it is, anything else told apart by what it holds.
 * @returns the texts of a host, and in their places what could not be read.
 * @throws SnapshotError where there is no listing in it.
 */
export function textsOfDropped({ texts, problems, unread }: Dropped): HostTexts {
  const read = unwrap({ texts: new Map(texts.map(({ path, text }) => [path, text])), captures: [], problems, unread });
  if (isSnapshot(read)) return { ...inPlace(read), captures: [], problems };
  const [refused] = unread;
  if (texts.length === 0 && refused !== undefined)
    throw new SnapshotError(refused[1].why, refused[0], 0, 'Choose plain files that you may read');
  const taken = takeIn(texts, 'what was dropped');
  return { ...taken, problems: [...problems, ...taken.problems], captures: [], unread: mayBeListings({ unread }) };
}
