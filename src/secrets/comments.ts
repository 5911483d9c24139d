import { withoutSecrets } from './quoted.js';

/** What a comment becomes that may hold a password. Comments decide nothing. */
export const LEFT_OUT = 'left out: it may hold a password';

/**
 * Comments of rules and elements: of `iptables-save` and commands (`--comment "…"`), of `iptables -L` (between `/*` and its end), of nft and ipset
 * (`comment "…"`) and of nft's JSON. A line ends them all.
 */
const QUOTED = String.raw`"(?:[^"\\\n]|\\[^\n])*"|'[^'\n]*'`;
const COMMENT = new RegExp(
  String.raw`(--comment[ =])(${QUOTED}|[^\s"']+)|(\bcomment |"comment": ?)(${QUOTED})|/\*([^\n]{0,1024}?)\*/`,
  'g',
);

/** @returns whether a comment may hold a password. */
export function mayHoldSecret(comment: string): boolean {
  return withoutSecrets(comment) !== comment;
}

/** @returns a listing of rules or sets in which every comment that may hold a password says so in its place. */
export function withoutSecretComments(text: string): string {
  if (!text.includes('comment') && !text.includes('/*')) return text;
  return text.replace(COMMENT, (whole, ...found: readonly (string | undefined)[]) => {
    const [option, value, word, quoted, between] = found;
    if (!mayHoldSecret(value ?? quoted ?? between ?? '')) return whole;
    return between === undefined ? `${option ?? word ?? ''}"${LEFT_OUT}"` : `/* ${LEFT_OUT} */`;
  });
}
