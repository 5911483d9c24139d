import type { MissingPart } from './draft.js';
import { addLacking, type SnapshotDraft } from './draft.js';
import { withoutSecretComments } from '../secrets/index.js';
import { IPSETS, IPVS, LEGACY, LISTINGS, namesSets, type ListingCommand } from './listings.js';
import type { Runner } from './run.js';

/** A namespace to take: its folder in the snapshot, and how a command enters it. */
export interface Space {
  readonly folder: string;
  /** What a command is put behind: `nsenter --net=…`; nothing for the namespace that this program runs in. */
  readonly enter: readonly string[];
}

/** Listings in which people write beside what they make. */
const HOLDS_COMMENTS = /(?:tables|nft|ipset)/;

function isAnswer({ file }: ListingCommand, text: string): boolean {
  return !file.endsWith('.json') || /^\s*(?:[[{]|$)/.test(text);
}

/** Takes one listing, or the one that stands in for it. @returns what is lacking where neither could be had. */
async function take(
  run: Runner,
  { folder, enter }: Space,
  listing: ListingCommand,
  draft: SnapshotDraft,
): Promise<MissingPart | undefined> {
  const { file, argv, keep, besides, otherwise } = listing;
  const outcome = await run([...enter, ...argv]);
  const printed = outcome.ok || (listing.partial === true && outcome.text !== '');
  if (printed && isAnswer(listing, outcome.text)) {
    const lines = keep === undefined ? undefined : outcome.text.split('\n').filter(keep);
    const text = lines === undefined ? outcome.text : lines.map((line) => `${line}\n`).join('');
    draft.files.set(`${folder}/${file}`, HOLDS_COMMENTS.test(file) ? withoutSecretComments(text) : text);
    if (besides !== undefined) await take(run, { folder, enter }, besides, draft);
    return undefined;
  }
  if (otherwise !== undefined) return take(run, { folder, enter }, otherwise, draft);
  return { file: `${folder}/${file}`, command: argv.join(' '), why: outcome.ok ? `${argv[0]} printed no JSON` : outcome.why };
}

/** What a file of the kernel's holds, seen from within the namespace; nothing where it is not there. */
async function kernelFile(run: Runner, { enter }: Space, name: string): Promise<string> {
  const outcome = await run([...enter, 'cat', `/proc/self/net/${name}`]);
  return outcome.ok ? outcome.text : '';
}

/** Takes every listing of one namespace. */
export async function takeNetns(run: Runner, space: Space, draft: SnapshotDraft): Promise<void> {
  const one = async (listing: ListingCommand): Promise<void> => addLacking(draft, await take(run, space, listing, draft));
  for (const listing of LISTINGS) await one(listing);
  for (const listing of LEGACY) if ((await kernelFile(run, space, listing.proc)).trim() !== '') await one(listing);
  // three lines are its head
  if ((await kernelFile(run, space, 'ip_vs')).trimEnd().split('\n').length > 3) await one(IPVS);
  const rules = ['iptables-save.txt', 'ip6tables-save.txt'].map((file) => draft.files.get(`${space.folder}/${file}`) ?? '');
  if (rules.some(namesSets)) await one(IPSETS);
}
