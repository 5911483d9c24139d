import type { Host } from '../../model/host.js';
import type { HostTexts } from '../host-texts.js';
import type { SourceFile } from '../listing.js';
import { isInfoKept, isInspectKept, KEPT_LABELS } from './docker.js';
import { blankInfoText } from './info-text.js';
import { blankJson } from './json.js';
import { blankDockerPs, blankProcesses } from './processes.js';

/** @returns the text of a file of a snapshot without what may hold a password. @param path inside the snapshot. */
export function blankText(path: string, text: string): string {
  if (/^docker\/(?:containers|networks)(?:~\d+)?\.json$/.test(path)) return blankJson(text, isInspectKept);
  if (/^docker\/(?:info|version)\.json$/.test(path)) return blankJson(text, isInfoKept);
  if (path === 'docker/info.txt') return blankInfoText(text);
  if (path === 'docker/ps.txt') return blankDockerPs(text);
  if (/(?:^|\/)ps\.txt$/.test(path)) return blankProcesses(text);
  return text;
}

/**
 * What of a host's texts may be handed on: the listings that its model is made of, each on its own lines, without environments, command lines, values
 * of labels and whatever else of `docker inspect` is not read. Of files that were not used their names stay, so that they are told of.
 * @param host what `hostOfTexts` made of the texts.
 */
export function blankTexts(texts: HostTexts, host: Host): HostTexts {
  const used = new Set(host.files.filter((file) => file.used !== 'none' || file.lines > 0).map(({ file }) => file));
  const files = new Map<string, string | SourceFile>();
  for (const [path, file] of texts.files) {
    const source = typeof file === 'string' ? { text: file, shown: path } : file;
    files.set(path, { ...source, text: used.has(source.shown) ? blankText(path, source.text) : '' });
  }
  const labelled = host.containers.some(({ labels }) => labels.size > 0);
  return { ...texts, files, ...(labelled ? { blankedLabels: host.blankedLabels ?? { except: KEPT_LABELS, how: 'said' } } : {}) };
}
