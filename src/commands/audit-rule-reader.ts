import type { RuleReader } from '../audit/prove.js';
import { parseIptablesSave } from '../snapshot/parsers/iptables-save.js';

/** Reads a rule as iptables-save prints it. */
export const readRule: RuleReader = (line, table, family) => {
  const chain = /^-A (\S+)/.exec(line)?.[1];
  if (chain === undefined) return undefined;
  const { data } = parseIptablesSave(`*${table}\n:${chain} - [0:0]\n${line}\nCOMMIT\n`, 'remedy', family);
  return data.ruleset.tables.get(table)?.chains.get(chain)?.rules[0];
};
