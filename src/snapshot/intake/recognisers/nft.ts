import type { Recogniser } from '../piece.js';

const TABLE = /^\s*table (?:(?:ip|ip6|inet|arp|bridge|netdev) )?\S+ \{/;

/** A chain, the table that it is of cut off. */
const CHAIN = /^\s*chain [\w./-]{1,128} \{\s*$/;

/** `nft [-a] [-s] list ruleset`; of `nft list table` others may be there. */
export const NFT: Recogniser = {
  name: 'nft list ruleset',
  begins: (line) => TABLE.test(line) || CHAIN.test(line),
  goesOn: (line) => TABLE.test(line) || /^\s+\S/.test(line) || /^\}/.test(line) || /^#/.test(line),
  printedBy: ({ program, args }) =>
    program === 'nft' && args.includes('list') && args.some((word) => /^(?:ruleset|table|tables|chain)$/.test(word)),
  place: (_, call) => {
    const words = call?.args.filter((word) => !word.startsWith('-')) ?? ['list', 'ruleset'];
    if (words[1] === 'chain' || words[1] === 'tables') return `\`nft ${words.join(' ')}\` shows a part: \`nft list ruleset\` shows all`;
    const whole = words[1] === 'ruleset' && words.length === 2;
    return {
      folder: 'netns',
      name: 'nft-ruleset',
      variant: whole ? '' : words.slice(2).join(' '),
      rank: whole ? 1 : 0,
      lacks: whole ? [] : [{ why: 'it does not show every table' }],
    };
  },
};
