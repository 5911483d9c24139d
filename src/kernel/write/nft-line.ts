import { writtenLine, type Writing } from './words.js';

/** What stands in a command besides quoted text: words, numbers, operators, and braces, none of which starts a variable, a comment, or another command. */
const TOKENS = /^(?:"[^"\p{Cc}\ufffd\u2028\u2029]*"|[\w.:/,@%+=!<>&|^*(){}[\]-]| )+$/u;
const QUOTED = /"[^"]*"/g;
/** Words by which a file of nft reads another or names something (scanner.l): none of a rule's or set's is called so. */
const DIRECTIVE = /(?:^|[^\w.-])(?:include|define|redefine|undefine)(?![\w.-])/;
/** nft reads a file line by line into a buffer of its own size; a longer one is no rule of ours. */
const LONGEST = 16_000_000;

/** @returns why a text is not handed to nft. */
function faultOf(text: string): string | undefined {
  if (text.trim() === '') return 'a part of it is empty';
  if (!TOKENS.test(text)) return 'a word of it holds a character that nft would take for more than a name or a value';
  const bare = text.replace(QUOTED, '""');
  if (DIRECTIVE.test(bare)) return 'a word of it is a directive of nft';
  const depth = depthOf(bare);
  if (depth !== 0) return 'its braces do not match';
  return text.length > LONGEST ? `it is longer than ${LONGEST} characters` : undefined;
}

/** Open braces at the end; -1 where one is closed that was never opened. */
function depthOf(text: string): number {
  let depth = 0;
  for (const char of text) {
    if (char === '{') depth += 1;
    if (char === '}') depth -= 1;
    if (depth < 0) return -1;
  }
  return depth;
}

/**
 * One command of `nft -f`, on one line: `add rule inet t c ct state new accept`. Rules of an anonymous chain, which a listing
 * prints a line each, come one behind the other.
 */
export function nftLine(head: string, text: string): Writing {
  const lines = text.split(/\n[ \t]*/);
  const fault = faultOf(`${head} ${lines.join(' ')}`);
  return fault === undefined ? { line: writtenLine(`${head} ${lines.join('; ')}`.trim()) } : { fault };
}

/** One command of `nft -f` with a block: `add set inet t s { type ipv4_addr; flags interval; }`. */
export function nftBlock(head: string, parts: readonly string[]): Writing {
  const fault = [head, ...parts].map(faultOf).find((found) => found !== undefined);
  return fault === undefined ? { line: writtenLine(`${head} { ${parts.map((part) => `${part};`).join(' ')} }`) } : { fault };
}
