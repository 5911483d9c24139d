import { readCommandLine, tokenize } from '../../netfilter/iptables/index.js';
import { applyLine, ruleLine, type Edited } from './saved-edits.js';
import { addGap } from './saved-gaps.js';
import { LazyRule, type Counters } from './saved-table.js';
import type { TablesUnderWay } from './tables-under-way.js';

/** Does what a line of a command says that is not `-A CHAIN` and a blank: `-P`, `-N` of `iptables -S`, and whatever people write. */
export function editLine(under: TablesUnderWay, text: string, number: number, counters: Counters | undefined): void {
  const { table, family } = under;
  if (table === undefined) return;
  const { tokens, closed } = tokenize(text);
  const line = readCommandLine(tokens, { family, isChain: table.isChain }, true);
  // `-6` in a file for iptables: passed by, unless what stands before it is refused
  if (line.otherFamily && line.errors.length === 0) return;
  if (line.chain !== undefined && under.isOwn(table, line.chain) && !table.chains.has(line.chain)) under.declare(line.chain, number);
  const problem = closed ? line.errors[0] : 'a quote is not closed';
  const told = ruleLine(line);
  const edited: Edited =
    problem === undefined
      ? applyLine(table, line, (chain) => new LazyRule(chain.name, told, number, table, counters))
      : { kind: 'refused', why: problem, ...(line.chain !== undefined && { chain: line.chain }) };
  if (edited.kind === 'declare') under.redeclare(edited.name, number, edited.policy);
  else if (edited.kind === 'refused') {
    under.unread(number, text, `${edited.why}: iptables-restore does not load it`);
    const chain = edited.chain === undefined ? undefined : table.chains.get(edited.chain);
    if (chain !== undefined && under.hole !== undefined) addGap(chain, under.hole, under.problems.at(number));
  } else if (line.chain !== undefined && under.hole === undefined) under.last = table.chains.get(line.chain) ?? under.last;
}
