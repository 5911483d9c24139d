import { isSnapshotPath, type SnapshotFiles } from './files.js';
import type { HostTexts, NotRead } from './host-texts.js';
import type { SourceFile } from './listing.js';

/** @returns whether files have the snapshot's own names: those that were not read count as well. */
export function isSnapshot({ texts, captures, unread }: SnapshotFiles): boolean {
  return [...texts.keys(), ...captures, ...unread.keys()].some(isSnapshotPath);
}

/** Files under the snapshot's own names: what could not be read stands in its place, so that nobody takes it for not being there. */
export function inPlace(read: SnapshotFiles): Pick<HostTexts, 'files'> & { readonly unread: readonly NotRead[] } {
  const files = new Map<string, string | SourceFile>(read.texts);
  const unread: NotRead[] = [];
  for (const [path, { why }] of read.unread) {
    if (files.has(path)) continue;
    if (isSnapshotPath(path) && !path.startsWith('captures/')) files.set(path, { text: '', shown: path, unread: why });
    else if (/^(?:host|docker|netns|captures)\//.test(path)) unread.push({ path, why });
  }
  return { files, unread };
}

/** @returns of files under any names, which listings are told apart by what they hold, those that may have been one. */
export function mayBeListings({ unread }: Pick<SnapshotFiles, 'unread'>): readonly NotRead[] {
  return [...unread].flatMap(([path, { why, kind }]) => (kind === 'file' ? [{ path, why }] : []));
}
