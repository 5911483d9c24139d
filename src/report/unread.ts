import type { Grounds, HostGrounds } from '../model/grounds.js';
import type { Lack } from '../model/lack.js';
import type { FileAccount } from '../model/listing.js';
import { lackText } from './lacks.js';

/** What became of a file; nothing where its notes say all. */
function sentences({ file, used, lines, unread, why, notes }: FileAccount): readonly string[] {
  if (why !== undefined) return [`${file}: ${why}`];
  if (used === 'none') return [`${file} is not the listing that its name says, or cannot be read: nothing of it is used`];
  if (unread === 0 && notes !== undefined) return [];
  if (unread === 0) return [`${file} is known in part: it was cut, or does not show all`];
  return [lines === 0 ? `${unread} places in ${file} were not understood` : `${unread} of ${lines} lines of ${file} were not understood`];
}

const NETNS_FILE = /^netns\/([^/]+)\/(\S+)/;

/** So many namespaces are named where one thing is to be said of several; the others are counted. */
const MOST_NAMED = 3;

/**
 * @returns sentences that begin with a file, those that say the same of one listing of several namespaces as one:
 * `netns/…/ss.txt of 12 namespaces (a, b, c …) is …`. In the order of the first of each.
 */
export function joinedTexts(texts: readonly string[]): readonly string[] {
  const groups = new Map<string, { readonly first: string; readonly names: string[]; readonly file: string; readonly rest: string }>();
  for (const text of texts) {
    const [whole = '', name = '', file = ''] = NETNS_FILE.exec(text) ?? [];
    const rest = text.slice(whole.length).replaceAll(` of ${name})`, ' of each)');
    const key = name === '' ? text : `${file}\n${rest}`;
    const group = groups.get(key) ?? { first: text, names: [], file, rest };
    group.names.push(name);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ first, names, file, rest }) => {
    if (names.length < 2 || file === '') return first;
    const named = `${names.slice(0, MOST_NAMED).join(', ')}${names.length > MOST_NAMED ? ' …' : ''}`;
    return `netns/…/${file} of ${names.length} namespaces (${named})${rest}`;
  });
}

/** An enemy's snapshot may hold thousands of links. */
const MOST_REFUSED = 10;

/** @returns what of the snapshot's files the answer does not rest on, a sentence for each file; unescaped. */
export function unreadTexts(unread: readonly FileAccount[] = []): readonly string[] {
  const untold = new Set(unread.filter(({ why }) => why !== undefined).slice(MOST_REFUSED));
  const told = unread.filter((account) => !untold.has(account));
  return [
    ...joinedTexts(told.flatMap((account) => [...(account.used === 'whole' ? [] : sentences(account)), ...(account.notes ?? [])])),
    ...(untold.size === 0 ? [] : [`${untold.size} more files and folders were not read: \`inspect\` names them`]),
  ];
}

/** @returns what an answer does not rest on, and what it takes for granted, a sentence each; unescaped. */
export function groundTexts({ unread, assumed = [] }: Grounds): readonly string[] {
  return [...unreadTexts(unread), ...assumed.map(({ detail }) => `assumed: ${detail}`)];
}

/** Of one listing in so many namespaces or fewer each is named. */
const NAMED = 3;

/** `host/ss.txt`; `netns/…/ss.txt of 12 namespaces`. */
function absentNames(lacking: readonly Lack[]): readonly string[] {
  const byCommand = new Map<string, string[]>();
  for (const { command, file } of lacking) byCommand.set(command, [...(byCommand.get(command) ?? []), file]);
  return [...byCommand.values()].flatMap((files) =>
    files.length > NAMED ? [`netns/…/${files[0]?.slice(files[0].lastIndexOf('/') + 1) ?? ''} of ${files.length} namespaces`] : files,
  );
}

/** @returns listings that are not there in one sentence; doubtful ones in one each; unescaped. */
function lackingTexts(lacking: readonly Lack[]): readonly string[] {
  const plain = lacking.filter(({ state, why }) => state === 'missing' && why === '');
  const told = joinedTexts(lacking.filter((lack) => !plain.includes(lack)).map(lackText));
  return plain.length === 0 ? told : [...told, `not in the snapshot: ${absentNames(plain).join(', ')}`];
}

/** @returns what an answer about a host as a whole does not rest on, a sentence each; unescaped. */
export function hostGroundTexts(grounds: HostGrounds): readonly string[] {
  // what other listings say against a file stands in its note
  const noted = new Set(grounds.unread?.flatMap(({ file, notes }) => (notes === undefined ? [] : [file])));
  const lacking = grounds.lacking?.filter(({ state, file }) => state !== 'doubtful' || !noted.has(file)) ?? [];
  return [...lackingTexts(lacking), ...groundTexts(grounds)];
}
