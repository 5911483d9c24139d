/**
 * Words before `=` behind which a password stands, in quotes or not; as it is written in JSON, where a quote has a backslash before it, and one that
 * stands for itself three. A quote without an end holds all that follows.
 */
const SECRET_WORD =
  /(pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|api[-_]?key|access[-_]?key|auth)=(?:'[^']*'?|\\"(?:[^"\\]|\\\\\\"|\\[^"])*(?:\\")?|"(?:[^"\\]|\\[^])*"?|(?:[^ \t\r\n,;&"'\\]|\\[^"])*)/gi;

/** Behind an `@`, the digest of an image; a port has five digits at most, so that no host is taken for one. */
const DIGEST = /^sha\d+:[\da-f]{6}/;
/** What begins `user:password`, and is no scheme (`https://`). */
const USER = /(?:^|[=(,@/])([^=(,:@/]*:(?!\/\/))/;

/**
 * @returns a word without `user:password@`, up to the last `@`: a password may hold one, and a `/`, so that `host:80/a@b` is taken for one too. What
 *   stands before the digest of an image is its name. The same as `cutuser` in collect.sh.
 */
function withoutUser(word: string): string {
  let end = word.lastIndexOf('@');
  while (end >= 0 && DIGEST.test(word.slice(end + 1))) end = end === 0 ? -1 : word.lastIndexOf('@', end - 1);
  if (end < 0) return word;
  const head = word.slice(0, end);
  const found = USER.exec(head);
  if (found === null) return word;
  return head.slice(0, found.index + found[0].length - found[1]!.length) + word.slice(end + 1);
}

/** @returns a text without the users and passwords of addresses (`https://user:password@host`). */
export function withoutUsers(text: string): string {
  return text.replace(/[^ \t\r\n"'<>]+/g, withoutUser).replace(/:\/\/[^ \t\r\n/"'<>]*@/g, '://');
}

/** @returns the same, also without what stands behind `password=` and the like: what leaves a host, byte for byte as collect.sh cuts it. */
export function withoutPasswords(text: string): string {
  return withoutUsers(text)
    .replace(SECRET_WORD, '$1=')
    .replace(/(basic |bearer )[\w+/=.~-]+/gi, '$1');
}
