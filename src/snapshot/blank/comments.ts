import { withoutSecretComments } from '../../secrets/index.js';
import type { SourceFile } from '../listing.js';

/** Listings that hold what somebody wrote beside a rule or an element of a set. */
const HOLDS_COMMENTS = /(?:tables|nft|ipset)[^/]*$/;

/**
 * @param path inside the snapshot.
 * @returns a file that holds no comment in which a password may be: what is not read, nothing can print.
 */
export function withoutComments(path: string, file: string | SourceFile): SourceFile {
  const source = typeof file === 'string' ? { text: file, shown: path } : file;
  return HOLDS_COMMENTS.test(path) ? { ...source, text: withoutSecretComments(source.text) } : source;
}
