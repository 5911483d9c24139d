import type { Family } from '../../address/ip.js';
import type { Rule, RuleHead, RuleSpec, Table, TableName } from '../../model/netfilter.js';
import type { Origin } from '../../model/origin.js';
import { CHAIN } from '../../names/index.js';
import { readListedWords } from './listed-words/index.js';
import { parseRuleHead, parseRule } from '../../netfilter/iptables/index.js';
import { addressOf, counter, deviceOf, protocolOf, type ColumnCondition } from './listed-row.js';
import { isFrame, listingCall, unquoted, warnsOfLegacy } from './paste-noise.js';
import { addGap, closeTable } from './saved-gaps.js';
import { NO_RULES, type OpenChain } from './saved-table.js';
import { EntryCount, linesOf, ProblemList, unlessRefused, wordsOf, type Parsed } from './source.js';
import { BUILT_IN, isBuiltIn } from './table-told.js';

/** The columns that a listing was printed with. */
interface Columns {
  readonly numbered: boolean;
  /** `-v`: counters and interfaces. */
  readonly verbose: boolean;
}

class ListedRule implements Rule {
  declare readonly packets?: number;
  declare readonly bytes?: number;
  declare readonly hidden?: string;
  private known: RuleSpec | undefined;

  constructor(
    readonly chain: string,
    readonly text: string,
    readonly origin: Origin,
    private readonly family: Family,
    private readonly isChain: (name: string) => boolean,
    details: { readonly counters: readonly [number, number] | undefined; readonly hidden: string | undefined },
  ) {
    if (details.hidden !== undefined) this.hidden = details.hidden;
    if (details.counters !== undefined) [this.packets, this.bytes] = details.counters;
  }

  get head(): RuleHead {
    return parseRuleHead(this.text);
  }

  get spec(): RuleSpec {
    return (this.known ??= parseRule(this.text, { family: this.family, isChain: this.isChain }).spec);
  }
}

/** What stands above the listing of a chain that was asked for by name. */
const ONE_CHAIN = /^# -L \S+$/;

/** The shortest line of a rule: `ACCEPT  all  --  0.0.0.0/0  0.0.0.0/0`. */
const SHORTEST = 32;

class ListReader {
  readonly chains = new Map<string, OpenChain>();
  private columns: Columns = { numbered: false, verbose: false };
  private chain: OpenChain | undefined;
  /** The row of titles of the chain under way was seen. */
  private headed = false;
  /** Chains were asked for by name: what else there is, nobody wanted to see. */
  private named = false;
  private readonly isChain = (name: string): boolean => this.chains.has(name);

  constructor(
    private readonly table: TableName,
    private readonly family: Family,
    private readonly problems: ProblemList,
  ) {}

  read(text: string): void {
    const count = new EntryCount(this.problems.file, SHORTEST);
    for (const { text: line, number } of linesOf(text)) {
      count.add(number, line.length);
      const words = wordsOf(line);
      const title = /^Chain (\S+)/.exec(line);
      if (title !== null) {
        this.chain = undefined;
        this.headed = false;
        unlessRefused(() => this.open(title[1] ?? '', line, number));
      } else if (words.includes('target') && words.includes('prot')) {
        this.columns = { numbered: words[0] === 'num', verbose: words.includes('pkts') };
        this.headed = true;
      } else if (ONE_CHAIN.test(line)) this.named = true;
      else if (listingCall(line) !== undefined) this.named ||= listingCall(line)?.chain !== undefined;
      else if (isFrame(line) || warnsOfLegacy(line)) continue;
      else if (this.chain === undefined)
        this.problems.add(number, line, 'not a line of iptables -L: a line such as "Chain INPUT (policy ACCEPT)" must come before it');
      else this.rule(this.chain, words, line, number);
    }
  }

  private get command(): string {
    return this.family === 4 ? 'iptables' : 'ip6tables';
  }

  /** What the listing leaves open stands in the table from now on. @returns whether it leaves anything open. */
  end(line: number): boolean {
    const { chains, problems } = this;
    const table = { name: this.table, file: problems.file, chains };
    return closeTable(table, { command: `${this.command}-save`, cut: this.breaksOff(), sparse: false, last: this.chain, line });
  }

  /** Built-in chains come first, and all of them: where one is lacking, the listing ends before its end, as where a chain has a title alone. */
  private breaksOff(): boolean {
    const { chain, chains, table } = this;
    if (chain === undefined) return false;
    const [first, ...others] = BUILT_IN[table].filter((name) => table !== 'nat' || name !== 'INPUT');
    const lacks = chains.has(first ?? '') && others.some((name) => !chains.has(name)) && isBuiltIn(chain.name);
    return !this.headed || (lacks && !this.named);
  }

  private open(name: string, line: string, number: number): void {
    this.problems.name(CHAIN, name, number, line);
    const before = this.chains.get(name);
    if (before !== undefined) {
      this.problems.add(number, line, `chain ${name} is listed twice: only its first listing is read`);
      return addGap(before, `the second listing of ${name} at ${this.problems.file}:${number}`, this.problems.at(number));
    }
    const policy = /\(policy (ACCEPT|DROP)\b/.exec(line)?.[1];
    if (policy === undefined && isBuiltIn(name)) this.problems.add(number, line, `the policy of ${name} is not shown`);
    const decided = policy === 'DROP' ? 'DROP' : 'ACCEPT';
    const shown = isBuiltIn(name) && policy !== undefined;
    this.chain = { name, ...(shown ? { policy: decided } : {}), rules: NO_RULES, origin: this.problems.at(number) };
    this.chains.set(name, this.chain);
  }

  /** `[num] [pkts bytes] [target] prot [opt] [in out] source destination words…` */
  private rule(chain: OpenChain, all: readonly string[], line: string, number: number): void {
    const words = all.slice(this.columns.numbered ? 1 : 0);
    const counters = this.columns.verbose ? [counter(words[0]), counter(words[1])] : [];
    const from = this.columns.verbose ? 2 : 0;
    const hasTarget = /^(?:--|-f|!f)$/.test(words[from + 1] ?? '') ? 0 : 1;
    const proto = protocolOf(words[from + hasTarget]);
    let at = from + hasTarget + 1;
    const fragment = words[at] === '-f' ? ['-f'] : words[at] === '!f' ? ['!', '-f'] : [];
    if (/^(?:--|-f|!f)$/.test(words[at] ?? '')) at++;
    const devices = this.columns.verbose ? [deviceOf('-i', words[at++] ?? ''), deviceOf('-o', words[at++] ?? '')] : [];
    const [source, destination] = [words[at++], words[at++]];
    if (proto === undefined || source === undefined || destination === undefined || counters.includes(undefined)) {
      this.problems.add(number, line, 'not a rule of iptables -L: the line was cut or wrapped; take iptables-save instead');
      const what = `what stood in ${this.problems.file}:${number} and was not understood (\`${this.command}-save\` would show it)`;
      return addGap(chain, what, this.problems.at(number));
    }
    const addresses = [addressOf('-s', source), addressOf('-d', destination)];
    const target = hasTarget === 1 ? (words[from] ?? '') : '';
    this.add(chain, number, line, target, [...addresses, ...devices, proto, { options: fragment }], words.slice(at), counters);
  }

  private add(
    chain: OpenChain,
    number: number,
    line: string,
    target: string,
    conditions: readonly ColumnCondition[],
    rest: readonly string[],
    counters: readonly (number | undefined)[],
  ): void {
    const isGoto = rest[0] === '[goto]';
    const words = readListedWords(isGoto ? rest.slice(1) : rest, target);
    if (words.unknown.length > 0)
      this.problems.add(number, line, `the words "${words.unknown.join(' ')}" of this rule are not understood: take iptables-save instead`);
    const jump = target === '' ? [] : [isGoto ? '-g' : '-j', target, ...words.target];
    const text = ['-A', chain.name, ...conditions.flatMap((c) => c.options), ...words.matches, ...jump].join(' ');
    const [packets, bytes] = counters;
    const rule = new ListedRule(chain.name, text, this.problems.at(number), this.family, this.isChain, {
      counters: packets === undefined || bytes === undefined ? undefined : [packets, bytes],
      hidden: this.hidden(conditions, words.unknown),
    });
    if (chain.rules === NO_RULES) chain.rules = [rule];
    else chain.rules.push(rule);
  }

  /** What the listing keeps back of a rule, and the command that shows it. */
  private hidden(conditions: readonly ColumnCondition[], unknown: readonly string[]): string | undefined {
    const { command } = this;
    const parts = [
      ...(this.columns.verbose ? [] : ['the interfaces of this rule, which a listing without -v does not show']),
      ...conditions.flatMap((c) => c.hidden ?? []),
      ...(unknown.length > 0 ? [`words of this rule that are not understood (${unknown.join(' ')})`] : []),
    ];
    return parts.length === 0 ? undefined : `${parts.join(', and ')}: run \`${command}-save\`, or \`${command} -t ${this.table} -L -n -v\``;
  }
}

/**
 * Reads `iptables -t TABLE -L [-n] [-v] [--line-numbers]`: each rule is turned back into a line of iptables-save. What the
 * listing does not show of a rule (interfaces without -v, names it resolved) is told in the rule's `hidden`.
 */
export function parseIptablesList(text: string, file: string, table: TableName, family: Family): Parsed<Table> {
  const problems = new ProblemList(file);
  const reader = new ListReader(table, family, problems);
  reader.read(unquoted(text));
  const open = reader.end(text.split('\n').length);
  const leavesOut = open ? [{ why: `it does not show all of the table ${table}` }] : [];
  return { data: { name: table, chains: reader.chains }, problems: problems.list, leavesOut };
}
