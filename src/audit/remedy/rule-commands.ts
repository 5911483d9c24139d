import type { Family } from '../../address/ip.js';
import { command, remark } from '../../command/index.js';
import type { Translation } from '../../datapath/index.js';
import type { Command } from '../../model/command.js';
import type { Rule, TableName } from '../../model/netfilter.js';
import { deleteRule } from './nft-commands.js';
import { ruleWords } from '../../netfilter/iptables/index.js';

const TOOL = { 4: 'iptables', 6: 'ip6tables' } as const;

/** Table `filter` is the one that iptables means where none is named. */
function tableWords(table: TableName, always: boolean): readonly string[] {
  return table === 'filter' && !always ? [] : ['-t', table];
}

/** @returns iptables with these words, in a table. @param named whether to say the table where it is `filter` as well. */
export function iptables(family: Family, table: TableName, words: readonly string[], named = false): Command {
  return command(TOOL[family], ...tableWords(table, named), ...words);
}

/** @returns the command that deletes a rule; where not all of it was understood, how to do it by hand. */
export function deletion(rule: Rule, family: Family, table: TableName, named = table !== 'filter'): Command {
  const words = ruleWords(rule);
  if (words === undefined)
    return remark`delete it by its number, since not all of it was understood: see ${TOOL[family]} -t ${table} -L ${rule.chain} --line-numbers`;
  return iptables(family, table, ['-D', rule.chain, ...words], named);
}

/** @returns the command that deletes a rule, of either language, that leads connections elsewhere. */
export function deleteTranslating(rule: Translation['rule'], family: Family): Command {
  return 'nft' in rule ? deleteRule({ family: rule.nft, name: rule.table }, rule.chain, rule) : deletion(rule, family, 'nat');
}
