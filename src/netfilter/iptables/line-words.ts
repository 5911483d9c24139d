import type { Rule } from '../../model/netfilter.js';

/**
 * Whether the line of a rule holds one of some words: most rules of a large listing are passed over so, before they are read. No is sure for
 * names of matches and targets, which no command line may cut short as it may options; yes is not, as a comment may hold them as well.
 */
export function mayName({ text }: Pick<Rule, 'text'>, words: RegExp): boolean {
  return words.test(text);
}
