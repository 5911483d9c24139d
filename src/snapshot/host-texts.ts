import type { Host } from '../model/host.js';
import type { BlankedLabels } from '../model/host-meta.js';
import type { TakenPart } from '../model/intake.js';
import type { Problem } from '../model/origin.js';
import { loadFiles } from './assemble.js';
import type { SourceFile } from './listing.js';

/** A file or folder that was not read. */
export interface NotRead {
  readonly path: string;
  readonly why: string;
}

/** A host as texts, told apart and not parsed yet. */
export interface HostTexts {
  /** Paths inside the snapshot to their texts, or to the texts and the names to show for them. */
  readonly files: ReadonlyMap<string, string | SourceFile>;
  /** Paths of packet captures. */
  readonly captures: readonly string[];
  /** What was noted before anything was parsed. */
  readonly problems: readonly Problem[];
  /** What could not be read and is no listing that is looked for. */
  readonly unread?: readonly NotRead[];
  /** Set where listings were told apart by what they hold. */
  readonly parts?: readonly TakenPart[];
  /** What to call the snapshot in an error. */
  readonly name?: string;
  /** Set where values of labels were taken out of the texts. */
  readonly blankedLabels?: BlankedLabels;
}

/**
 * Parses a host. Pure.
 * @throws SnapshotError where there is none of the files a snapshot holds.
 */
export function hostOfTexts({ files, captures, problems, parts, name, blankedLabels, unread = [] }: HostTexts): Host {
  const host = loadFiles(files, captures, name);
  return {
    ...host,
    problems: [...problems, ...host.problems],
    files: [...host.files, ...unread.map(({ path, why }) => ({ file: path, used: 'none' as const, lines: 0, unread: 1, why }))],
    ...(parts === undefined ? {} : { parts }),
    ...(blankedLabels === undefined ? {} : { blankedLabels }),
  };
}
