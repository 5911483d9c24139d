import { command, remark } from '../../command/index.js';
import type { Command } from '../../model/command.js';
import type { NftRule } from '../../model/nftables/ruleset.js';

/** nft joins its words and reads them in a language of its own: only a plain name is a name there (scanner.l, string). */
const PLAIN = /^[A-Za-z_][\w/.\\-]*$/;

interface Of {
  readonly family: string;
  readonly name: string;
}

/** @returns the command that deletes a rule of a chain by its handle; where the listing shows none, how to find it. */
export function deleteRule({ family, name }: Of, chain: string, { handle }: Pick<NftRule, 'handle'>): Command {
  if (!PLAIN.test(name) || !PLAIN.test(chain)) return remark`delete it by its handle, which nft -a list ruleset shows`;
  return handle === undefined
    ? remark`delete it by its handle, which nft -a list chain ${family} ${name} ${chain} shows: nft delete rule ${family} ${name} ${chain} handle N`
    : command('nft', 'delete', 'rule', family, name, chain, 'handle', String(handle));
}

/** @returns the commands that delete a chain with its rules. */
export function deleteChain({ family, name }: Of, chain: string): readonly Command[] {
  if (!PLAIN.test(name) || !PLAIN.test(chain)) return [remark`delete the chain with nft delete chain, in quotes`];
  return ['flush', 'delete'].map((verb) => command('nft', verb, 'chain', family, name, chain));
}

/** @returns the command that lists a table. */
export function listTable({ family, name }: Of): Command {
  return PLAIN.test(name) && /^[a-z0-9]+$/.test(family)
    ? command('nft', 'list', 'table', family, name)
    : remark`nft list ruleset shows table ${name} of family ${family}`;
}
