import type { Host } from '../../model/host.js';
import type { HostTexts } from '../host-texts.js';
import type { SourceFile } from '../listing.js';
import { mayHoldSecret, withoutSecrets } from '../../secrets/index.js';
import { withoutComments } from './comments.js';
import { looksLikeJson } from '../parsers/source.js';
import { isInfoKept, isInspectKept, KEPT_LABELS } from './docker.js';
import { blankInfoText } from './info-text.js';
import { blankJson } from './json.js';
import { blankDockerPs, blankProcesses } from './processes.js';

/** Listings in which no name stands that another one names: a word of a line may be anything. */
const FREE_WORDS = /(?:^|\/)(?:ss|netstat|dmesg|services|ipvs-save|wg-show|resolv)(?:~\d+)?\.\w+$/;

/** Settings that are keys go: what is left of one would be no setting. */
function withoutSecretLines(text: string): string {
  return text
    .split('\n')
    .map((line) => (mayHoldSecret(line) ? '' : line))
    .join('\n');
}

/** What somebody called an interface (`ip link set alias`), in JSON and in text: it is no name, and not read. */
const ALIAS = /("ifalias": ?")((?:[^"\\]|\\.)*)|^( +alias )(.*)$/gm;

/** @returns a listing without aliases of interfaces that may hold a password. */
function withoutAliases(text: string): string {
  return text.replace(
    ALIAS,
    (whole, json: string | undefined, inJson: string | undefined, plain: string | undefined, inPlain: string | undefined) =>
      mayHoldSecret(inJson ?? inPlain ?? '') ? (json ?? plain ?? '') : whole,
  );
}

/**
 * Lines that say nothing to their reader, comments among them, without secrets: they are told of in the same words, and stay where they are.
 * @param unread the numbers of the lines that were not understood.
 */
function withQuoted(text: string, unread: ReadonlySet<number>): string {
  if (looksLikeJson(text)) return text;
  return text
    .split('\n')
    .map((line, i) => (unread.has(i + 1) || /^\s*#/.test(line) ? withoutSecrets(line) : line))
    .join('\n');
}

/** @returns the text of a file of a snapshot without what may hold a password. @param path inside the snapshot. */
export function blankText(path: string, text: string): string {
  if (/^docker\/(?:containers|networks)(?:~\d+)?\.json$/.test(path)) return blankJson(text, isInspectKept);
  if (/^docker\/(?:info|version)\.json$/.test(path)) return blankJson(text, isInfoKept);
  if (path === 'docker/info.txt') return blankInfoText(text);
  if (path === 'docker/ps.txt') return blankDockerPs(text);
  if (/(?:^|\/)ps\.txt$/.test(path)) return blankProcesses(text);
  if (FREE_WORDS.test(path)) return text.split('\n').map(withoutSecrets).join('\n');
  if (/(?:^|\/)sysctl(?:~\d+)?\.txt$/.test(path)) return withoutSecretLines(text);
  if (/(?:^|\/)ip-addr\.(?:json|txt)$/.test(path)) return withoutAliases(text);
  return text;
}

/** Which lines of which file were not understood. */
function unreadLines({ problems }: Host): ReadonlyMap<string, ReadonlySet<number>> {
  const lines = new Map<string, Set<number>>();
  for (const { origin } of problems) lines.set(origin.file, (lines.get(origin.file) ?? new Set()).add(origin.line));
  return lines;
}

/**
 * What of a host's texts may be handed on: the listings that its model is made of, each on its own lines, without environments, command lines, values
 * of labels and whatever else of `docker inspect` is not read. Of files that were not used their names stay, so that they are told of.
 * @param host what `hostOfTexts` made of the texts.
 */
export function blankTexts(texts: HostTexts, host: Host): HostTexts {
  const unread = unreadLines(host);
  const used = new Set(host.files.filter((file) => file.used !== 'none' || file.lines > 0).map(({ file }) => file));
  const files = new Map<string, string | SourceFile>();
  for (const [path, file] of texts.files) {
    const source = withoutComments(path, file);
    const text = used.has(source.shown) ? withQuoted(blankText(path, source.text), unread.get(source.shown) ?? new Set()) : '';
    files.set(path, { ...source, text });
  }
  const labelled = host.containers.some(({ labels }) => labels.size > 0);
  return { ...texts, files, ...(labelled ? { blankedLabels: host.blankedLabels ?? { except: KEPT_LABELS, how: 'said' } } : {}) };
}
