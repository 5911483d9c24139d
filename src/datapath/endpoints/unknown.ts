import { parsePrefix } from '../../address/ip.js';

/** A name or address in a question that the snapshot cannot place. The message says what would do instead. */
export class UnknownEndpoint extends Error {}

/** What a listing that the snapshot lacks would tell of an end; the message names it, in a phrase. */
export class LackingEndpoint extends UnknownEndpoint {}

/** A name that stands for nothing in the snapshot: most likely a slip. */
export class UnknownName extends UnknownEndpoint {}

/** @returns whether a text is a subnet. */
export function isSubnet(text: string): boolean {
  return text.includes('/') && parsePrefix(text) !== undefined;
}

/** One packet has one address: a subnet is for policies, which ask for all of it. */
export function aSubnet(name: string): UnknownName {
  return new UnknownName(`"${name}" is a subnet; name one address in it, or ask for all of it by a policy (\`dtrace-path check\`)`);
}
